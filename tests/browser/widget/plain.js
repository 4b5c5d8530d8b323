// An application that has the widget for plain JavaScript, which a script element has loaded.
import { note, options } from "./note.js";

ApideckVault.open({
  ...options(),
  onReady: note("ready"),
  onClose: note("close"),
  onConnectionChange: note("change"),
  onConnectionDelete: note("delete"),
});
