// Light or dark: what the system asks for, unless the reader chose. Runs in the head, before anything is painted.
window.briskTheme = (() => {
  const KEY = "brisk-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let isPrinting = false;

  // Storage may be forbidden, as for files in some browsers: the choice then lasts as long as the page.
  let chosen = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    chosen = null;
  }

  const current = () => {
    if (isPrinting) return "light";
    if (chosen === "light" || chosen === "dark") return chosen;
    return system.matches ? "dark" : "light";
  };

  const apply = () => {
    root.dataset.theme = current();
    for (const listener of listeners) listener();
  };

  const toggle = () => {
    chosen = current() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // It is kept for this page.
    }
    apply();
  };

  const printing = (is) => {
    isPrinting = is;
    apply();
  };

  // Colours for canvases, as the style sheet has them now.
  const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  system.addEventListener("change", apply);
  apply();
  return { current, toggle, printing, color, onChange: (listener) => listeners.push(listener) };
})();
