// Looks every two seconds, while somebody looks at the page, whether there is a newer run or one in the making.
(shown) => {
  const note = document.createElement("output");
  note.style.cssText =
    "position:fixed;right:1rem;bottom:1rem;padding:.4rem .7rem;border-radius:.4rem;font:14px system-ui,sans-serif;" +
    "background:CanvasText;color:Canvas;z-index:99";
  note.hidden = true;
  document.body.append(note);
  const told = (recordings) => {
    const one = recordings.at(-1);
    note.hidden = !one;
    note.textContent = one ? `recording ${one.command}: ${one.units} ${one.units === 1 ? "unit" : "units"} built` : "";
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const state = await (await fetch("/events")).json();
      if ((state.latest ?? "") !== shown) location.reload();
      told(state.recordings);
    } catch {
      note.hidden = false;
      note.textContent = "cargo brisk serve has ended";
    }
  };
  setInterval(look, 2000);
}
