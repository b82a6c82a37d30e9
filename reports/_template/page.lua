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

local function is_bold(cell)
  local bold = false
  pandoc.walk_block(pandoc.Div(cell.contents), { Strong = function() bold = true end })
  return bold
end

-- The highest rung that stands is the first row whose verdict is bold; it is shaded, in the PDF and on the HTML page.
local function mark_standing_rung(div)
  local done = false
  return div:walk({
    Table = function(tbl)
      for _, row in ipairs(tbl.bodies[1].body) do
        if not done and row.cells[2] and is_bold(row.cells[2]) then
          done = true
          row.attr.classes:insert("stands")
          for _, cell in ipairs(row.cells) do
            cell.attr.attributes["typst:fill"] = is_typst and "wash" or nil
          end
        end
      end
      return tbl
    end,
  })
end

local function draw(div)
  if div.classes:includes("ladder") then
    div = mark_standing_rung(div)
  end
  if not is_typst then
    return div
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

-- On the HTML page the band stands above everything (it stays there while the page scrolls), the facts under the title.
local function head(doc)
  if is_typst then
    return nil
  end
  local meta = doc.meta
  if meta.simulated then
    local band = pandoc.Div({ pandoc.Para("Simulated data: not a real pilot") }, { class = "simulated", role = "note" })
    local before = pandoc.List({ pandoc.MetaBlocks({ band }) })
    local given = meta["include-before"]
    if given then
      before:extend(pandoc.utils.type(given) == "List" and given or { given })
    end
    meta["include-before"] = before
  end
  doc.blocks:insert(1, pandoc.Div({
    fact("Tool:", meta.tool),
    fact("Window:", meta.window),
    fact("District:", meta.district),
    fact("Data received:", meta["data-received"]),
  }, { class = "facts" }))
  return doc
end

return { { traverse = "topdown", Div = draw }, { Pandoc = head } }
