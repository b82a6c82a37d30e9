-- What Quarto adds to Pandoc and our reports use: numbered figures and tables with references to them, alternative
-- text, callouts, and {{< meta key >}}. Run by the embedded renderer only, before page.lua.
-- Whatever cannot be set as Quarto would set it stops the run: nothing is dropped or printed raw.

local KINDS = { fig = "Figure", tbl = "Table" }
local CALLOUTS = { note = "Note", tip = "Tip", important = "Important", warning = "Warning", caution = "Caution" }
local TIED = "\u{a0}" -- a name and its number stay on one line
local is_typst, is_html = FORMAT:match("typst") ~= nil, FORMAT:match("html") ~= nil
local numbers = {}
local counts = { fig = 0, tbl = 0 }
local meta

local function kind_of(id)
  return id:match("^(%a+)%-") or ""
end

-- What is too wide for a phone scrolls by itself, by finger or by arrow keys.
local function wide(block, name)
  local said = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", name } } -- a list: always in this order
  return pandoc.Div({ block }, pandoc.Attr("", { "wide" }, said))
end

local function number(id, kind, what)
  if kind_of(id) ~= kind then
    error("the " .. what .. " needs a name such as {#" .. kind .. "-scores}, or references and numbers go astray", 0)
  end
  if numbers[id] then
    error("two figures or tables are named " .. id, 0)
  end
  counts[kind] = counts[kind] + 1
  numbers[id] = counts[kind]
end

local function name_of(id)
  return KINDS[kind_of(id)] .. TIED .. numbers[id]
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
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), "typst"):gsub("%s+$", ""))
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- ---- figures and tables ----

-- A page may show only pictures that lie beside it: nothing is fetched, nothing else on the machine is shown.
local function image_beside(image)
  local src = image.src
  if src:match("^%a[%w+.-]*:") or src:match("^[/\\]") or src:match("%.%.") then
    error("the picture " .. src .. " does not lie in the report's folder", 0)
  end
end

-- On the HTML page a drawing that tells its values where a pointer rests on a mark must stand in the page itself: a browser
-- shows no titles of marks within an image. Its text for those who cannot see it is that of the image.
local function drawing_with_values(src, alt)
  local file = src:match("%.svg$") and io.open(src, "r")
  if not file then
    return nil
  end
  local svg = file:read("a"):match("<svg.*</svg>")
  file:close()
  if not svg or not svg:find("<title>", 1, true) then
    return nil
  end
  local name = alt:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;")
  return pandoc.RawInline("html", '<svg role="img" aria-label="' .. name .. '"' .. svg:sub(5))
end

local function figure(fig)
  local image
  fig:walk({ Image = function(found) image = found end })
  local caption = fig.caption.long[1] and fig.caption.long[1].content or pandoc.List()
  if not image then
    error("the figure “" .. pandoc.utils.stringify(caption) .. "” shows no picture", 0)
  end
  local id = fig.identifier ~= "" and fig.identifier or image.identifier
  number(id, "fig", "figure " .. image.src)
  local alt = image.attributes["fig-alt"] or ""
  if alt == "" then
    error("the figure " .. id .. " has no fig-alt", 0)
  end
  local width = (image.attributes.width or ""):match("^%d+%%$") or "100%"
  if is_typst then
    local attributes = { src = image.src, alt = alt, width = width }
    return { pandoc.Div({ pandoc.Plain(caption) }, pandoc.Attr(id, { "typst-figure" }, attributes)) }
  end
  image.attributes["fig-alt"] = nil
  image.attributes.width = (width ~= "100%" or not is_html) and width or nil
  image.identifier = ""
  image.caption = { pandoc.Str(alt) }
  fig.identifier = id
  local shown = pandoc.Plain({ is_html and drawing_with_values(image.src, alt) or image })
  fig.content = { is_html and wide(shown, name_of(id)) or shown }
  fig.caption.long = { pandoc.Plain(labelled(name_of(id), caption)) }
  return fig
end

-- Typst numbers every figure, and Pandoc makes every table one; without a caption it must not count.
local function table_block(tbl)
  local long = tbl.caption.long[1]
  local name = "Table"
  if long then
    local id = tbl.identifier ~= "" and tbl.identifier or take_id(long.content) or ""
    number(id, "tbl", "table “" .. pandoc.utils.stringify(long) .. "”")
    tbl.identifier = id
    if not is_typst then
      long.content = labelled(name_of(id), long.content)
    end
    name = pandoc.utils.stringify(long)
  else
    tbl.classes:insert("typst:no-figure")
  end
  if not is_html then
    return tbl
  end
  return wide(tbl, name), false
end

-- Captions may hold references themselves, so figures become Typst only after references are resolved.
local function finish(div)
  if not div.classes:includes("typst-figure") then
    return nil
  end
  local given = div.attributes
  local image = "image(" .. quoted(given.src) .. ", width: " .. given.width .. ", alt: " .. quoted(given.alt) .. ")"
  local caption = as_typst(div.content[1].content)
  return pandoc.RawBlock(
    "typst",
    "#figure(" .. image .. ", caption: [" .. caption .. "], kind: image, supplement: [Figure]) <" .. div.identifier .. ">"
  )
end

-- ---- references ----

local function reference(citation)
  local id = citation.id
  if not KINDS[kind_of(id)] then
    error("a reference names both a figure or table and the source @" .. id .. "; part them", 0)
  end
  if not numbers[id] then
    error("the report refers to @" .. id .. ", which is not in it", 0)
  end
  if #citation.prefix > 0 or #citation.suffix > 0 then
    error("the reference to @" .. id .. " holds further words in its brackets; write them outside", 0)
  end
  local only_number = citation.mode == "SuppressAuthor"
  return pandoc.Link(only_number and tostring(numbers[id]) or name_of(id), "#" .. id)
end

local function cite(cited)
  local is_ours = false
  for _, citation in ipairs(cited.citations) do
    is_ours = is_ours or KINDS[kind_of(citation.id)] ~= nil
  end
  if not is_ours then
    return nil
  end
  local out = pandoc.List()
  for i, citation in ipairs(cited.citations) do
    if i > 1 then
      out:extend({ pandoc.Str(","), pandoc.Space() })
    end
    out:insert(reference(citation))
  end
  return out
end

-- ---- callouts ----

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then
      return CALLOUTS[kind] and kind or error("there is no callout named callout-" .. kind, 0)
    end
  end
end

-- The title is an attribute, or a heading at the start, or the kind's own name: as in Quarto.
local function callout_title(div, kind)
  if div.attributes.title then
    return pandoc.read(div.attributes.title, "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars").blocks[1].content
  end
  if div.content[1] and div.content[1].t == "Header" then
    return div.content:remove(1).content
  end
  return { pandoc.Str(CALLOUTS[kind]) }
end

local function callout(div)
  local kind = callout_kind(div)
  if not kind then
    return nil
  end
  local title = callout_title(div, kind)
  local out = pandoc.List()
  if is_typst then
    out:insert(pandoc.RawBlock("typst", "#boxed-note(" .. quoted(kind) .. ", [" .. as_typst(title) .. "])["))
    out:extend(div.content)
    out:insert(pandoc.RawBlock("typst", "]"))
    return out
  end
  out:insert(pandoc.Div({ pandoc.Plain({ pandoc.Strong(title) }) }, { class = "callout-title" }))
  out:extend(div.content)
  return pandoc.Div(out, { class = "callout callout-" .. kind, role = "note" })
end

-- ---- {{< meta key >}} ----

-- The renderer has written each as the key between two letters that stand in no other text: here, escaped or not, all words
-- look alike, and words from a survey that read like a shortcode must stay words.
local function shortcode(str)
  local text = str.text:gsub("\u{e000}([%w_%-]+)\u{e001}", function(key)
    if meta[key] == nil then
      error("the head of the document has no key " .. key, 0)
    end
    return pandoc.utils.stringify(meta[key])
  end)
  return text ~= str.text and pandoc.Str(text) or nil
end

return {
  { Meta = function(found) meta = found end },
  { Str = shortcode },
  { Image = image_beside },
  { traverse = "topdown", Figure = figure, Table = table_block },
  { Cite = cite },
  { Div = callout },
  { Div = finish },
}
