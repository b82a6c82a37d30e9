-- Draws the divs of our reports in both renderers: Typst functions for the PDF, classes for the HTML page, styles for Word.
-- Listed under `filters` in the head of every report, so that Quarto runs it too.

local is_typst, is_html, is_word = FORMAT:match("typst") ~= nil, FORMAT:match("html") ~= nil, FORMAT:match("docx") ~= nil

local WRAPPED = { ["bottom-line"] = true, decision = true, ladder = true, strands = true, small = true, ["own-words"] = true }
-- of reference.docx, which is made from word/styles.xml
local WORD_STYLES = { ["bottom-line"] = "Bottom Line", decision = "Decision", small = "Small", callout = "Callout",
  ["own-words"] = "Own Words" }
local WORD_PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

local function typst(text)
  return pandoc.RawBlock("typst", text)
end

local function wrap(name, blocks)
  local out = pandoc.List({ typst("#" .. name .. "[") })
  out:extend(blocks)
  out:insert(typst("]"))
  return out
end

local draw

-- The whole page, made as small as it must be to stay on one sheet.
local function page_one(div)
  local out = pandoc.List({ typst('#page-one("' .. (div.attributes.lang or "en") .. '")[') })
  out:extend(div.content:walk({ traverse = "topdown", Div = draw }))
  out:insert(typst("]"))
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

local function style_for_word(div)
  if div.classes:includes("page-break") then
    return pandoc.RawBlock("openxml", WORD_PAGE_BREAK)
  end
  if div.classes:includes("strands") or div.classes:includes("ladder") then
    return div:walk({
      Plain = function(cell)
        return pandoc.Div({ pandoc.Para(cell.content) }, { ["custom-style"] = "Page One Cell" })
      end,
    })
  end
  for class, style in pairs(WORD_STYLES) do
    if div.classes:includes(class) then
      div.attributes["custom-style"] = style
    end
  end
  return div
end

-- A strand's number stands on a line of its own above what it means.
local function strand_number(span)
  if span.classes:includes("value") then
    if is_typst then
      local out = pandoc.List({ pandoc.RawInline("typst", "#value[") })
      out:extend(span.content)
      out:insert(pandoc.RawInline("typst", "]"))
      return out
    end
    if is_word then
      span.attributes["custom-style"] = "Strand Value"
      return span
    end
  elseif span.classes:includes("meaning") and is_word then
    return { pandoc.LineBreak(), span }
  end
end

-- On a phone each cell says by itself the heading that it stands under.
local function name_cells(div)
  return div:walk({
    Table = function(tbl)
      for _, row in ipairs(tbl.bodies[1].body) do
        for i, cell in ipairs(row.cells) do
          cell.attr.attributes["data-label"] = pandoc.utils.stringify(tbl.head.rows[1].cells[i].contents)
        end
      end
      return tbl
    end,
  })
end

-- In HTML the contents list no heading within a div, so the page's language hangs on each of its parts instead.
local function parts_of_page_one(div)
  local out = div.content:walk({ traverse = "topdown", Div = draw })
  for _, block in ipairs(out) do
    if block.attributes and div.attributes.lang ~= "en" then
      block.attributes.lang = div.attributes.lang
    end
  end
  return out
end

function draw(div)
  if div.classes:includes("contents") then
    return is_typst and typst("#contents") or {}
  end
  if is_html and div.classes:includes("page-one") then
    return parts_of_page_one(div), false
  end
  if is_html and (div.classes:includes("strands") or div.classes:includes("ladder")) then
    div = name_cells(div)
  end
  if div.classes:includes("ladder") then
    div = mark_standing_rung(div)
  end
  if is_word then
    return style_for_word(div)
  end
  if not is_typst then
    return div
  end
  if div.classes:includes("page-break") then
    return typst("#pagebreak(weak: true)")
  end
  if div.classes:includes("page-one") then
    return page_one(div)
  end
  for name in pairs(WRAPPED) do
    if div.classes:includes(name) then
      return wrap(name, div.content)
    end
  end
end

-- ---- tables and pictures ----

local function quoted(value)
  return '"' .. pandoc.utils.stringify(value):gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- The first column names the rows when each row has a name of its own there.
local function names_its_rows(rows)
  local seen = {}
  for _, row in ipairs(rows) do
    local name = pandoc.utils.stringify(row.cells[1].contents)
    if name == "" or seen[name] then
      return false
    end
    seen[name] = true
  end
  return #rows > 0
end

-- A screen reader says with each cell the headings that it stands under.
local function mark_headings(tbl)
  if not is_html then
    return nil
  end
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.attr.attributes.scope = "col"
    end
  end
  local body = tbl.bodies[1]
  if names_its_rows(body.body) then
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do
      row.cells[1].attr.attributes.scope = "row"
    end
  end
  return tbl
end

-- Word gets the PNG that lies beside each SVG.
local function picture(image)
  if is_word then
    image.src = image.src:gsub("%.svg$", ".png")
    return image
  end
end

-- ---- formulas ----

-- A formula is a block of TeX with the same in words: a PDF says the words, a page scrolls what is too wide for a phone.
local function formula(block)
  if not block.classes:includes("equation") then
    return nil
  end
  local words = block.attributes.alt or ""
  if words == "" then
    error("the formula " .. block.text .. " is not said in words (alt)", 0)
  end
  local shown = pandoc.Plain({ pandoc.Math("DisplayMath", block.text) })
  if is_typst then
    local set = pandoc.write(pandoc.Pandoc({ shown }), "typst"):gsub("%s+$", "")
    return pandoc.RawBlock("typst", "#math.equation(block: true, alt: " .. quoted(words) .. ", " .. set .. ")")
  end
  if is_html then
    local said = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", words } } -- a list: always in this order
    return pandoc.Div({ shown }, pandoc.Attr("", { "wide", "equation" }, said))
  end
  return pandoc.Para(shown.content)
end

-- ---- the head of the document ----

local function fact(name, value)
  return pandoc.Plain({ pandoc.Span(name, { class = "name" }), pandoc.Space(), pandoc.Span(value) })
end

local function raw(form, text)
  return pandoc.MetaInlines({ pandoc.RawInline(form, text) })
end

local function add(meta, key, block)
  local given = meta[key]
  local list = pandoc.List({ pandoc.MetaBlocks({ block }) })
  if given then
    list:extend(pandoc.utils.type(given) == "List" and given or { given })
  end
  meta[key] = list
end

local function head_of_pdf(meta)
  meta["typst-accent"] = raw("typst", "rgb(" .. quoted(meta.accent) .. ")")
  if meta["page-logo"] then
    local alt = quoted(meta["page-logo-alt"])
    local box = ', width: 150pt, height: 42pt, fit: "contain")' -- a broad logo leaves room for the title
    meta["typst-logo"] = raw("typst", "image(" .. quoted(meta["page-logo"]) .. ", alt: " .. alt .. box)
  end
end

local function logo(meta)
  local attributes = { class = "logo", height = is_word and "0.6in" or nil }
  return pandoc.Image(meta["page-logo-alt"], pandoc.utils.stringify(meta["page-logo"]), "", attributes)
end

-- On the HTML page the band stands above everything (it stays there while the page scrolls), the facts under the title.
local function head(doc)
  local meta = doc.meta
  if is_typst then
    head_of_pdf(meta)
    return doc
  end
  local facts = pandoc.List({
    fact(meta["fact-tool"] or "Tool:", meta.tool),
    fact(meta["fact-window"] or "Window:", meta.window),
    fact(meta["fact-district"] or "District:", meta.district),
    fact(meta["fact-received"] or "Data received:", meta["data-received"]),
  })
  if is_html then
    local style = "<style>:root { --accent-of-pilot: " .. pandoc.utils.stringify(meta.accent) .. "; }</style>"
    add(meta, "header-includes", pandoc.RawBlock("html", style))
    if meta["page-logo"] then
      add(meta, "include-before", pandoc.Div({ pandoc.Plain({ logo(meta) }) }, { class = "letterhead" }))
    end
    if meta.band then
      local said = { { "role", "region" }, { "aria-label", "Status of this report" } } -- a list: always in this order
      add(meta, "include-before", pandoc.Div({ pandoc.Para(meta.band) }, pandoc.Attr("", { "band" }, said)))
    end
  else -- Word shows the band at the head of its pages, where screen readers do not read it
    if meta.band then
      facts:insert(fact("Status:", meta.band))
    end
    if meta["page-logo"] then
      doc.blocks:insert(1, pandoc.Para({ picture(logo(meta)) }))
    end
  end
  local each = facts:map(function(one) return is_html and pandoc.Div(one) or one end)
  local language = meta["page-one-lang"] and pandoc.utils.stringify(meta["page-one-lang"])
  doc.blocks:insert(1, pandoc.Div(each, { class = "facts", lang = language, ["custom-style"] = is_word and "Facts" or nil }))
  return doc
end

return {
  { traverse = "topdown", Div = draw },
  { Table = mark_headings, Image = picture, Span = strand_number, CodeBlock = formula },
  { Pandoc = head },
}
