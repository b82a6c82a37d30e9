"""One module per export format: raw files in, frames of text out. Nothing is interpreted here but the layout."""
