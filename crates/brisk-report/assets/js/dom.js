// Elements without markup in strings: text only ever becomes text nodes, whatever characters a name is made of.
const dom = (() => {
  const SVG = document.querySelector("svg").namespaceURI;

  const set = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") node.setAttribute("class", value);
      else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    return node;
  };

  const add = (node, children) => {
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) node.append(child);
    }
    return node;
  };

  const el = (tag, attributes = {}, ...children) => add(set(document.createElement(tag), attributes), children);
  const svg = (tag, attributes = {}, ...children) => add(set(document.createElementNS(SVG, tag), attributes), children);

  // Characters that turn the direction of text around stand for themselves: nothing shall read as what it is not.
  const visible = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

  // A name or a sentence with names in it: isolated, so that no character in it turns the text around it.
  const name = (text, attributes = {}) => el("bdi", { dir: "ltr", ...attributes }, visible(text));
  const code = (text) => el("code", {}, name(text));

  // The same for text that is drawn, not laid out: first strong isolate and its end.
  const isolated = (text) => `\u2068${visible(text).replace(/[\n\r\t\u2028\u2029]/g, " ")}\u2069`;

  const short = (text, most) => {
    const characters = [...text];
    return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
  };

  const live = document.getElementById("live");
  let said = 0;
  const announce = (text) => {
    clearTimeout(said);
    said = setTimeout(() => {
      live.textContent = text;
    }, 120);
  };

  // Without the clipboard's permission, the old way.
  const copyBySelection = (text) => {
    const area = el("textarea", { class: "visually-hidden", readonly: true, "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  };

  // A command, and a button that copies it.
  const command = (text) => {
    const button = el("button", { type: "button", class: "copy", "aria-label": `Copy the command ${text}` }, "Copy");
    button.addEventListener("click", async () => {
      const done = await copy(text);
      button.textContent = done ? "Copied" : "Select it";
      announce(done ? "Command copied" : "The browser does not allow copying: select the command instead");
      setTimeout(() => {
        button.textContent = "Copy";
      }, 1600);
    });
    return el("div", { class: "command" }, code(text), button);
  };

  // What stands in for a view without data: what is missing, and how to get it.
  const missing = (...words) => el("p", { class: "missing" }, ...words);

  const clear = (node) => {
    node.replaceChildren();
    return node;
  };

  return { el, svg, name, code, isolated, short, announce, command, missing, clear };
})();
const { el, svg, name, code } = dom;
