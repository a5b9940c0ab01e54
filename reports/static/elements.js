// An element with its class, text and children.
function html(name, className, text = null, children = []) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== null) made.textContent = text;
  made.append(...children);
  return made;
}
