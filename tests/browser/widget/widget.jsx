// The widget itself (@apideck/react-vault) on a page.
import React, { useState } from "react";
import { createRoot } from "react-dom/client";
import { Vault } from "@apideck/react-vault";
import "@apideck/react-vault/dist/styles.css";

// Opens the widget, and passes on what it says of itself. Returns what closes it.
export function open(options, { onClose, onConnectionChange, onConnectionDelete }) {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  const Opened = () => {
    const [isOpen, setOpen] = useState(true);
    const close = () => {
      setOpen(false);
      onClose();
    };
    return <Vault {...options} {...{ onConnectionChange, onConnectionDelete }} open={isOpen} onClose={close} />;
  };
  root.render(<Opened />);
  return () => root.unmount();
}
