// Writes what a widget says of itself onto the page.
const list = document.body.appendChild(document.createElement("ol"));
list.id = "said";

export const note = (what) => (connection) => {
  const { id, state } = connection ?? {};
  list.appendChild(document.createElement("li")).textContent = [what, id, state].filter(Boolean).join(" ");
};

// The options of the widget come in the page's fragment.
export const options = () => JSON.parse(decodeURIComponent(location.hash.slice(1)));
