"""One file or folder a page; `render_view` is the only function of a page that writes to its widgets."""
