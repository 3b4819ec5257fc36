// How rows, bars, strips and axes of a waterfall are painted. Colours come from the style sheet; linkers and build scripts are
// hatched as well, so that phases can be told apart without colours.
const ganttPaint = (() => {
  const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  const HATCHED = { link: [1, 1], script: [1, -1] };

  const palette = () => {
    const names = [
      "text",
      "muted",
      "line",
      "surface",
      "accent",
      "accent-weak",
      "surface-2",
      "critical",
      "phase-front",
      "phase-back",
      "phase-link",
      "phase-script",
      "phase-unsplit",
    ];
    return Object.fromEntries(names.map((word) => [word, briskTheme.color(word)]));
  };

  // Sizes a canvas for the screen's pixels and gives its context, in CSS pixels.
  const prepare = (canvas, width, height) => {
    const scale = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
      canvas.style.setProperty("width", `${width}px`);
      canvas.style.setProperty("height", `${height}px`);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = FONT;
    context.textBaseline = "middle";
    context.direction = "ltr";
    return context;
  };

  // The text as far as it fits, without characters that would turn its neighbours around.
  const fitted = (() => {
    const known = new Map();
    return (context, words, width) => {
      const key = `${context.font}\n${Math.floor(width)}\n${words}`;
      if (known.has(key)) return known.get(key);
      const all = [...words];
      let [low, high] = [0, all.length];
      const fits = (n) => context.measureText(n < all.length ? `${all.slice(0, n).join("")}…` : words).width <= width;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (fits(middle)) low = middle;
        else high = middle - 1;
      }
      const cut = low === all.length ? words : low === 0 ? "" : `${all.slice(0, low).join("")}…`;
      if (known.size > 20000) known.clear();
      known.set(key, dom.isolated(cut));
      return known.get(key);
    };
  })();

  // For pictures of vectors, whose text cannot be measured before it is there.
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = FONT.replace("12px", "13px");
  const fittedInVectors = (words, width) => fitted(ruler, words, width);

  const hatch = (context, [x, y, width, height], [dx, dy], color) => {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.strokeStyle = color;
    context.globalAlpha = 0.55;
    context.lineWidth = 1;
    context.beginPath();
    for (let at = x - height; at < x + width + height; at += 5) {
      context.moveTo(at, dy > 0 ? y : y + height);
      context.lineTo(at + height * dx, dy > 0 ? y + height : y);
    }
    context.stroke();
    context.restore();
  };

  // A piece of a bar; pieces narrower than a pixel still leave a trace.
  const piece = (context, colors, phase, [x, y, width, height]) => {
    const wide = Math.max(width, 1);
    context.fillStyle = colors[`phase-${phase}`];
    context.fillRect(x, y, wide, height);
    if (HATCHED[phase] && wide > 3) hatch(context, [x, y, wide, height], HATCHED[phase], colors.surface);
  };

  const grid = (context, colors, marks, x, height) => {
    context.fillStyle = colors.line;
    for (const [at] of marks) context.fillRect(Math.round(x(at)), 0, 1, height);
  };

  // The axis, above everything else.
  const axis = (context, colors, marks, x, width) => {
    context.fillStyle = colors.muted;
    for (const [at, words] of marks) {
      const left = x(at) + 4;
      if (left + context.measureText(words).width < width) context.fillText(words, left, 10);
    }
  };

  // A quantity over time as an area, with a line at what would be full.
  const strip = (context, colors, { label, quantity, full, phase }, { x, from, to, left, width, y, height }) => {
    const most = Math.max(full ?? 0, quantity.largest, 1e-9);
    const up = (value) => y + height - (Math.min(value, most) / most) * height;
    const first = Math.max(left, Math.floor(x(from)));
    const seconds = (pixel) => from + ((pixel - x(from)) / (x(to) - x(from))) * (to - from);
    context.fillStyle = colors[phase];
    context.globalAlpha = 0.75;
    for (let pixel = first; pixel < width && pixel < x(to); pixel += 1) {
      const mean = quantity.mean(seconds(pixel), seconds(pixel + 1));
      if (mean > 0) context.fillRect(pixel, up(mean), 1, y + height - up(mean));
    }
    context.globalAlpha = 1;
    context.fillStyle = colors.line;
    context.fillRect(left, y + height, width - left, 1);
    if (full) {
      context.fillStyle = colors.text;
      for (let dash = left; dash < width; dash += 6) context.fillRect(dash, Math.round(up(full)), 3, 1);
    }
    context.fillStyle = colors.text;
    if (left > 0) context.fillText(fitted(context, label, left - 16), 6, y + height / 2);
    else context.fillText(fitted(context, label, width - 8), 2, y - 8);
  };

  return { palette, prepare, fitted, fittedInVectors, piece, grid, axis, strip };
})();
