-- Draws the divs of our reports in both renderers: Typst functions for the PDF, classes for the HTML page.
-- Listed under `filters` in the head of every report, so that Quarto runs it too.

local is_typst = FORMAT:match("typst") ~= nil

local WRAPPED = { ["bottom-line"] = true, decision = true, ladder = true, small = true }

local function typst(text)
  return pandoc.RawBlock("typst", text)
end

local function wrap(name, blocks)
  local out = pandoc.List({ typst("#" .. name .. "[") })
  out:extend(blocks)
  out:insert(typst("]"))
  return out
end

local function key_numbers(div)
  local out = pandoc.List({ typst("#key-numbers(") })
  for _, card in ipairs(div.content) do
    out:insert(typst("["))
    out:extend(card.content)
    out:insert(typst("],"))
  end
  out:insert(typst(")"))
  return out
end

local function draw(div)
  if not is_typst then
    return nil
  end
  if div.classes:includes("page-break") then
    return typst("#pagebreak(weak: true)")
  end
  if div.classes:includes("key-numbers") then
    return key_numbers(div)
  end
  for name in pairs(WRAPPED) do
    if div.classes:includes(name) then
      return wrap(name, div.content)
    end
  end
end

local function fact(name, value)
  return pandoc.Div(
    { pandoc.Plain({ pandoc.Span(name, { class = "name" }), pandoc.Space(), pandoc.Span(value) }) }
  )
end

-- The HTML page has no title block of ours: facts and the band stand at the top of the text.
local function head(doc)
  if is_typst then
    return nil
  end
  local meta = doc.meta
  local top = pandoc.List()
  if meta.simulated then
    top:insert(pandoc.Div({ pandoc.Para("Simulated data: not a real pilot") }, { class = "simulated" }))
  end
  top:insert(pandoc.Div({
    fact("Tool:", meta.tool),
    fact("Window:", meta.window),
    fact("District:", meta.district),
    fact("Data received:", meta["data-received"]),
  }, { class = "facts" }))
  top:extend(doc.blocks)
  doc.blocks = top
  return doc
end

return { { traverse = "topdown", Div = draw }, { Pandoc = head } }
