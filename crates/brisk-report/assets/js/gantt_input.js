// Pointer, wheel and keyboard of a waterfall.
const ganttInput = (() => {
  const wheel = (gantt) => (event) => {
    const x = event.clientX - gantt.node.getBoundingClientRect().left;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      gantt.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.01), x);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      gantt.pan((event.deltaX || event.deltaY) / gantt.width);
    }
  };

  // A drag moves the time axis and the rows; a press without one selects.
  const pointer = (gantt) => {
    let held = null;
    const rows = gantt.scroll;
    const place = (event) => {
      const box = rows.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    rows.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.offsetX > rows.clientWidth) return;
      const { from, to } = gantt.state;
      held = { x: event.clientX, y: event.clientY, top: rows.scrollTop, from, to, isDrag: false };
    });
    rows.addEventListener("pointermove", (event) => {
      if (!held) {
        const [x, y] = place(event);
        gantt.hover(gantt.rowAt(y), x, y);
        return;
      }
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      if (!held.isDrag && Math.hypot(dx, dy) < 5) return;
      if (!held.isDrag) {
        held.isDrag = true;
        rows.setPointerCapture(event.pointerId);
        gantt.hover(null);
      }
      const by = (dx / (gantt.width - gantt.gutter)) * (held.to - held.from);
      gantt.view(held.from - by, held.to - by);
      if (event.pointerType === "mouse") rows.scrollTop = held.top - dy;
    });
    const release = (event) => {
      if (held && !held.isDrag && event.type === "pointerup") {
        gantt.on.select?.(gantt.rowAt(place(event)[1]));
      }
      held = null;
    };
    rows.addEventListener("pointerup", release);
    rows.addEventListener("pointercancel", release);
    rows.addEventListener("pointerleave", () => gantt.hover(null));
  };

  const go = (gantt, row) => {
    const { rows } = gantt.source;
    if (rows.length === 0) return;
    const unit = rows[Math.max(0, Math.min(rows.length - 1, row))];
    gantt.on.select?.(unit);
    gantt.reveal(unit);
  };

  const step = (gantt, by) => {
    const at = gantt.source.rows.indexOf(gantt.state.selected);
    go(gantt, at < 0 ? 0 : at + by);
  };

  const KEYS = {
    ArrowDown: (gantt) => step(gantt, 1),
    ArrowUp: (gantt) => step(gantt, -1),
    PageDown: (gantt) => step(gantt, 10),
    PageUp: (gantt) => step(gantt, -10),
    Home: (gantt) => go(gantt, 0),
    End: (gantt) => go(gantt, Infinity),
    ArrowLeft: (gantt) => gantt.pan(-0.15),
    ArrowRight: (gantt) => gantt.pan(0.15),
    "+": (gantt) => gantt.zoom(0.6),
    "=": (gantt) => gantt.zoom(0.6),
    "-": (gantt) => gantt.zoom(1 / 0.6),
    0: (gantt) => gantt.reset(),
    Escape: (gantt) => gantt.on.select?.(null),
  };

  const keyboard = (gantt) => (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(gantt);
  };

  // Buttons for what wheel and keys do.
  const buttons = (gantt) => {
    const button = (words, label, act) =>
      el("button", { type: "button", "aria-label": label, title: label, onclick: () => act(gantt) }, words);
    return el(
      "div",
      { class: "buttons", role: "group", "aria-label": "Zoom" },
      button("+", "Zoom in", (it) => it.zoom(0.6)),
      button("−", "Zoom out", (it) => it.zoom(1 / 0.6)),
      button("←", "Earlier", (it) => it.pan(-0.25)),
      button("→", "Later", (it) => it.pan(0.25)),
      button("All", "Show all of it", (it) => it.reset()),
    );
  };

  const attach = (gantt) => {
    gantt.node.addEventListener("wheel", wheel(gantt), { passive: false });
    gantt.node.addEventListener("keydown", keyboard(gantt));
    pointer(gantt);
  };

  return { attach, buttons };
})();
