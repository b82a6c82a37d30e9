-- What Quarto adds to Pandoc and our reports use: numbered figures and tables with references to them, alternative
-- text, and {{< meta key >}}. Run by the embedded renderer only, before page.lua.

local KINDS = { fig = "Figure", tbl = "Table" }
local is_typst = FORMAT:match("typst") ~= nil
local numbers = {}
local counts = { fig = 0, tbl = 0 }
local meta

local function kind_of(id)
  return id:match("^(%a+)%-") or ""
end

local function number(id)
  local kind = kind_of(id)
  counts[kind] = counts[kind] + 1
  if numbers[id] then
    error("two figures or tables are named " .. id)
  end
  numbers[id] = KINDS[kind] .. " " .. counts[kind]
  return numbers[id]
end

-- Pandoc leaves `{#tbl-x}` as text at the end of a table's caption unless it knows the extension.
local function take_id(caption)
  local last = caption[#caption]
  local id = last and last.t == "Str" and last.text:match("^{#([%w%-]+)}$")
  if id then
    caption:remove()
    if #caption > 0 and caption[#caption].t == "Space" then
      caption:remove()
    end
  end
  return id
end

local function labelled(name, inlines)
  local out = pandoc.List({ pandoc.Strong({ pandoc.Str(name .. ": ") }) })
  out:extend(inlines)
  return out
end

local function as_typst(inlines)
  return pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), "typst"):gsub("%s+$", "")
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local pending = {}

local function figure(fig)
  local id = fig.identifier
  local image
  fig:walk({ Image = function(found) image = found end })
  if id == "" and image then
    id = image.identifier
  end
  local name = number(id)
  local alt = image.attributes["fig-alt"] or ""
  if alt == "" then
    error("the figure " .. id .. " has no fig-alt")
  end
  local caption = fig.caption.long[1] and fig.caption.long[1].content or pandoc.List()
  if is_typst then
    pending[id] = true
    return { pandoc.Div({ pandoc.Plain(caption) }, pandoc.Attr(id, { "typst-figure" }, { src = image.src, alt = alt })) }
  end
  image.attributes["fig-alt"] = nil
  image.attributes.width = nil
  image.identifier = ""
  image.caption = { pandoc.Str(alt) }
  fig.identifier = id
  fig.content = { pandoc.Plain({ image }) }
  fig.caption.long = { pandoc.Plain(labelled(name, caption)) }
  return fig
end

local function table_block(tbl)
  local long = tbl.caption.long[1]
  if not long then
    return nil
  end
  local id = tbl.identifier ~= "" and tbl.identifier or take_id(long.content)
  if not id then
    return nil
  end
  tbl.identifier = id
  local name = number(id)
  if not is_typst then
    long.content = labelled(name, long.content)
  end
  return tbl
end

local function shortcode(inlines)
  for i = 1, #inlines - 4 do
    local open, key, close = inlines[i], inlines[i + 2], inlines[i + 4]
    if open.text == "{{<" and inlines[i + 1].t == "Space" and inlines[i + 2].text == "meta" then
      key, close = inlines[i + 4], inlines[i + 6]
      if close and close.text and close.text:match("^>}}") then
        local value = meta[key.text]
        if value == nil then
          error("the head of the document has no key " .. key.text)
        end
        local rest = close.text:sub(4)
        for _ = 1, 7 do
          inlines:remove(i)
        end
        inlines:insert(i, pandoc.Str(pandoc.utils.stringify(value) .. rest))
        return shortcode(inlines)
      end
    end
  end
  return inlines
end

local function cite(cited)
  local id = cited.citations[1].id
  if not KINDS[kind_of(id)] then
    return nil
  end
  if not numbers[id] then
    error("the report refers to @" .. id .. ", which is not in it")
  end
  return pandoc.Link(numbers[id], "#" .. id)
end

-- Captions may hold references themselves, so figures become Typst only after references are resolved.
local function finish(div)
  if not div.classes:includes("typst-figure") then
    return nil
  end
  local caption = as_typst(div.content[1].content)
  local source = "#figure(image(" .. quoted(div.attributes.src) .. ", width: 100%, alt: " .. quoted(div.attributes.alt)
    .. "), caption: [" .. caption .. "], kind: image, supplement: [Figure]) <" .. div.identifier .. ">"
  return pandoc.RawBlock("typst", source)
end

return {
  { Meta = function(found) meta = found end },
  { Inlines = shortcode },
  { traverse = "topdown", Figure = figure, Table = table_block },
  { Cite = cite },
  { Div = finish },
}
