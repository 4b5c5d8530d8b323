// An application that has the widget for React on its own page.
import { note, options } from "./note.js";
import { open } from "./widget.jsx";

open(options(), {
  onClose: note("close"),
  onConnectionChange: note("change"),
  onConnectionDelete: note("delete"),
});
