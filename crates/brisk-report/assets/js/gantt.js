// A waterfall: one row for each unit, on a time axis that can be zoomed and moved. Only the rows in sight are painted.
//
// `source`: `rows` (units, top to bottom), `label(unit)`, `segments(unit)`, `span` ([from, to]), `isCritical(unit)`;
// optional `strips`. `on`: `hover(unit or null, x, y)`, `select(unit or null)`.
class Gantt {
  static ROW = 22;
  static BAR = 12;
  static AXIS = 22;
  static STRIP = 34;

  constructor(source, { title, help, height = 460, gutter = 230, narrow = 560, on = {} }) {
    Object.assign(this, { source, on, most: height, gutterWish: gutter, narrow });
    this.state = { from: source.span[0], to: source.span[1], hover: null, selected: null, matches: null, chain: [] };
    this.colors = ganttPaint.palette();
    this.head = el("canvas", { class: "gantt-head", "aria-hidden": "true" });
    this.canvas = el("canvas", { class: "gantt-rows", "aria-hidden": "true" });
    this.space = el("div", { class: "gantt-space" }, this.canvas);
    this.scroll = el(
      "div",
      {
        class: "gantt-scroll",
        role: "application",
        tabindex: "0",
        "aria-label": title,
        "aria-describedby": help,
      },
      this.space,
    );
    this.node = el("div", { class: "gantt" }, this.head, this.scroll);
    this.isAsked = false;
    this.scroll.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.node);
    briskTheme.onChange(() => {
      this.colors = ganttPaint.palette();
      this.paint();
    });
    ganttInput.attach(this);
  }

  // Other rows, or another order of the same.
  show(source) {
    this.source = { ...this.source, ...source };
    this.state.hover = null;
    this.scroll.scrollTop = 0;
    this.draw();
  }

  get width() {
    return this.node.clientWidth;
  }

  // Narrow screens have no room for names beside bars: they stand above them.
  get isNarrow() {
    return this.width < this.narrow;
  }

  get gutter() {
    return this.isNarrow ? 0 : Math.min(this.gutterWish, this.width * 0.34);
  }

  get rowHeight() {
    return this.isNarrow ? Gantt.ROW + 14 : Gantt.ROW;
  }

  get headHeight() {
    const strip = Gantt.STRIP + (this.isNarrow ? 22 : 8);
    return Gantt.AXIS + (this.source.strips?.length ?? 0) * strip;
  }

  get bodyHeight() {
    return Math.max(this.rowHeight, Math.min(this.most, this.source.rows.length * this.rowHeight));
  }

  x(at) {
    const { from, to } = this.state;
    return this.gutter + ((at - from) / (to - from)) * (this.width - this.gutter - 12);
  }

  at(x) {
    const { from, to } = this.state;
    return from + ((x - this.gutter) / (this.width - this.gutter - 12)) * (to - from);
  }

  rowAt(y) {
    const row = Math.floor((y + this.scroll.scrollTop) / this.rowHeight);
    return this.source.rows[row] ?? null;
  }

  // Paints with the next frame, once.
  draw() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.isAsked = false;
    if (this.width === 0) return;
    Object.assign(this.node.dataset, { from: this.state.from, to: this.state.to });
    this.space.style.setProperty("height", `${this.source.rows.length * this.rowHeight}px`);
    this.scroll.style.setProperty("height", `${this.bodyHeight}px`);
    const marks = timeAxis.marks({ from: this.state.from, to: this.state.to, width: this.width - this.gutter });
    this.paintHead(marks);
    this.paintRows(marks);
  }

  paintHead(marks) {
    const context = ganttPaint.prepare(this.head, this.width, this.headHeight);
    const x = (at) => this.x(at);
    ganttPaint.axis(context, this.colors, marks, x, this.width);
    (this.source.strips ?? []).forEach((strip, at) => {
      const room = Gantt.STRIP + (this.isNarrow ? 22 : 8);
      const y = Gantt.AXIS + at * room + (this.isNarrow ? 18 : 2);
      const { from, to } = this.state;
      ganttPaint.strip(context, this.colors, strip, {
        x,
        from,
        to,
        left: this.gutter,
        width: this.width - 12,
        y,
        height: Gantt.STRIP,
      });
    });
  }

  paintRows(marks) {
    const context = ganttPaint.prepare(this.canvas, this.width, this.bodyHeight);
    ganttPaint.grid(context, this.colors, marks, (at) => this.x(at), this.bodyHeight);
    const first = Math.floor(this.scroll.scrollTop / this.rowHeight);
    const last = Math.ceil((this.scroll.scrollTop + this.bodyHeight) / this.rowHeight);
    for (let row = first; row <= last && row < this.source.rows.length; row += 1) {
      this.paintRow(context, this.source.rows[row], row * this.rowHeight - this.scroll.scrollTop);
    }
    this.paintChain(context);
  }

  paintRow(context, unit, y) {
    const { hover, selected, matches } = this.state;
    if (unit === selected || unit === hover) {
      context.fillStyle = this.colors[unit === selected ? "accent-weak" : "surface-2"];
      context.fillRect(0, y, this.width, this.rowHeight);
    }
    const isDim = matches !== null && !matches.has(unit);
    context.globalAlpha = isDim ? 0.3 : 1;
    this.paintBar(context, unit, y);
    this.paintLabel(context, unit, y);
    context.globalAlpha = 1;
  }

  barTop(y) {
    return y + (this.isNarrow ? 18 : (Gantt.ROW - Gantt.BAR) / 2);
  }

  paintBar(context, unit, y) {
    const segments = this.source.segments(unit);
    if (segments.length === 0) return;
    const top = this.barTop(y);
    context.save();
    context.beginPath();
    context.rect(this.gutter, y, this.width - this.gutter, this.rowHeight);
    context.clip();
    for (const [from, to, phase] of segments) {
      ganttPaint.piece(context, this.colors, phase, [this.x(from), top, this.x(to) - this.x(from), Gantt.BAR]);
    }
    const [left, right] = [this.x(segments[0][0]), this.x(segments[segments.length - 1][1])];
    if (this.source.isCritical(unit)) {
      context.fillStyle = this.colors.critical;
      context.fillRect(left, top + Gantt.BAR + 1, Math.max(2, right - left), 2);
    }
    this.paintDuration(context, segments, [left, right, top + Gantt.BAR / 2]);
    context.restore();
  }

  // Behind the bar where there is room, else before it; for a bar that is out of sight, with an arrow to it.
  paintDuration(context, segments, [left, right, y]) {
    const words = format.duration(segments[segments.length - 1][1] - segments[0][0]);
    const wide = context.measureText(words).width;
    context.fillStyle = this.colors.muted;
    if (right < this.gutter) context.fillText(`← ${words}`, this.gutter + 6, y);
    else if (left > this.width) context.fillText(`${words} →`, this.width - wide - 26, y);
    else if (right + 6 + wide < this.width) context.fillText(words, right + 6, y);
    else if (left - 6 - wide > this.gutter) context.fillText(words, left - 6 - wide, y);
  }

  paintLabel(context, unit, y) {
    const isCritical = this.source.isCritical(unit);
    const mark = isCritical ? "◆ " : "";
    const words = `${mark}${this.source.label(unit)}`;
    context.fillStyle = isCritical ? this.colors.critical : this.colors.text;
    if (this.isNarrow) context.fillText(ganttPaint.fitted(context, words, this.width - 16), 2, y + 10);
    else context.fillText(ganttPaint.fitted(context, words, this.gutter - 16), 6, y + Gantt.ROW / 2);
  }

  // Lines from each unit of the chain to the one that waited for it.
  paintChain(context) {
    const place = new Map(this.state.chain.map((link) => [link.unit, this.source.rows.indexOf(link.unit)]));
    context.strokeStyle = this.colors.accent;
    context.lineWidth = 1.5;
    context.save();
    context.beginPath();
    context.rect(this.gutter, 0, this.width - this.gutter, this.bodyHeight);
    context.clip();
    context.beginPath();
    for (const { unit, cause } of this.state.chain) {
      const [to, from] = [place.get(unit), cause ? place.get(cause.unit) : -1];
      if (!cause || to < 0 || from === undefined || from < 0) continue;
      const middle = (row) => this.barTop(row * this.rowHeight - this.scroll.scrollTop) + Gantt.BAR / 2;
      const start = this.source.segments(unit)[0]?.[0] ?? cause.at;
      context.moveTo(this.x(cause.at), middle(from));
      context.lineTo(this.x(cause.at), middle(to));
      context.lineTo(this.x(start), middle(to));
    }
    context.stroke();
    context.restore();
  }

  // Times the width of the view by `factor`, around the moment at `x`.
  zoom(factor, x = (this.gutter + this.width) / 2) {
    const [first, last] = this.source.span;
    const { from, to } = this.state;
    const around = this.at(x);
    const length = Math.min(last - first, Math.max((last - first) / 20000, (to - from) * factor));
    const left = around - ((around - from) / (to - from)) * length;
    this.view(left, left + length);
  }

  pan(share) {
    const by = (this.state.to - this.state.from) * share;
    this.view(this.state.from + by, this.state.to + by);
  }

  // Shows this stretch, moved into the span if it lies outside.
  view(from, to) {
    const [first, last] = this.source.span;
    const length = Math.min(to - from, last - first);
    const left = Math.min(Math.max(from, first), last - length);
    Object.assign(this.state, { from: left, to: left + length });
    this.follow();
    this.draw();
  }

  // Scrolls to the rows of this stretch if none of those in sight is of it.
  follow() {
    const { rows } = this.source;
    const isNow = (unit) => {
      const segments = this.source.segments(unit);
      return (
        segments.length > 0 && segments[0][0] < this.state.to && segments[segments.length - 1][1] > this.state.from
      );
    };
    const first = Math.floor(this.scroll.scrollTop / this.rowHeight);
    const inSight = rows.slice(first, first + Math.ceil(this.bodyHeight / this.rowHeight));
    if (inSight.some(isNow)) return;
    const next = rows.findIndex(isNow);
    if (next >= 0) this.scroll.scrollTop = Math.max(0, next - 2) * this.rowHeight;
  }

  reset() {
    this.view(...this.source.span);
  }

  hover(unit, x = 0, y = 0) {
    if (unit !== this.state.hover) {
      this.state.hover = unit;
      this.draw();
    }
    this.on.hover?.(unit, x, y);
  }

  select(unit, chain = []) {
    Object.assign(this.state, { selected: unit, chain });
    this.draw();
  }

  // Scrolls the unit's row into sight, and its time if the view is zoomed to another one.
  reveal(unit) {
    const row = this.source.rows.indexOf(unit);
    if (row < 0) return;
    const y = row * this.rowHeight;
    const { scrollTop } = this.scroll;
    if (y < scrollTop || y + this.rowHeight > scrollTop + this.bodyHeight) {
      this.scroll.scrollTop = y - this.bodyHeight / 2 + this.rowHeight / 2;
    }
    const segments = this.source.segments(unit);
    if (segments.length) {
      const [start, end] = [segments[0][0], segments[segments.length - 1][1]];
      const { from, to } = this.state;
      if (end < from || start > to) this.view((start + end - (to - from)) / 2, (start + end + (to - from)) / 2);
    }
    this.draw();
  }
}
