// Stands for the page in the frame that @apideck/vault-js opens, which is not published: the widget,
// and the messages between the two.
import { open } from "./widget.jsx";

const tell = (message) => parent.postMessage(message, "*");
const pass = (type) => (data) => tell({ type, data });

let close;
addEventListener("message", ({ data, source }) => {
  if (source !== parent) return;
  if (data.token) {
    close = open(data, {
      onClose: () => tell("on-close"),
      onConnectionChange: pass("on-connection-change"),
      onConnectionDelete: pass("on-connection-delete"),
    });
  } else if (data.type === "close") {
    close?.();
    tell("on-close");
  }
});
tell("on-ready");
