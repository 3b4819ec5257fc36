// What lies in the target directory: a tree with bars, and the same as areas.
views.disk = (() => {
  const SMALL = 0.01;
  const [PATH, KIND, BYTES, FILES, PARTS] = [0, 1, 2, 3, 4];

  const WORDS = {
    profile: "a profile's directory",
    triple: "a target platform",
    deps: "compiled crates",
    "build-scripts": "build scripts",
    incremental: "incremental compilation",
    fingerprints: "fingerprints",
    examples: "examples",
    artifacts: "programs and libraries",
    package: "unpacked packages",
    "crate-files": "package files",
    doc: "documentation",
    timings: "timing reports",
    "build-dir": "build directory",
    other: "other files",
  };

  // Its path below its parent; what the files right in a directory are, in words.
  const title = (entry, parent) => {
    const below =
      parent !== "" && entry[PATH].startsWith(parent)
        ? entry[PATH].slice(parent.length).replace(/^\/+/, "")
        : entry[PATH];
    if (below !== "*") return below || entry[PATH];
    return entry[KIND] === "artifacts" ? "(programs and libraries)" : "(other files)";
  };

  const bySize = (entries) => [...entries].sort((a, b) => b[BYTES] - a[BYTES]);

  const line = (words_, kind, bytes, files) => {
    const share = data.disk.bytes > 0 ? bytes / data.disk.bytes : 0;
    return [
      el(
        "span",
        { class: "tree-name" },
        name(words_),
        kind && !words_.startsWith("(") && el("span", { class: "note" }, ` ${WORDS[kind] ?? kind}`),
      ),
      el("span", { class: "tree-bytes" }, format.bytes(bytes)),
      el("span", { class: "tree-share" }, format.percent(share)),
      el(
        "span",
        { class: "bar", title: files },
        el("span", { class: "bar-fill", style: { width: `${share * 100}%` } }),
      ),
    ];
  };

  const branch = (entries, parent, level) => {
    const sorted = bySize(entries);
    const large = sorted.filter((entry) => entry[BYTES] >= data.disk.bytes * SMALL);
    const shown = large.length + 1 === sorted.length ? sorted : large;
    const small = sorted.slice(shown.length);
    const bytes = small.reduce((sum, entry) => sum + entry[BYTES], 0);
    return el(
      "ul",
      { class: "tree" },
      shown.map((entry) => {
        const row = line(title(entry, parent), entry[KIND], entry[BYTES], format.count(entry[FILES], "file"));
        if (entry[PARTS].length === 0) return el("li", {}, el("div", { class: "tree-row" }, row));
        return el(
          "li",
          {},
          el(
            "details",
            { open: level === 0 && entry[BYTES] >= data.disk.bytes * 0.1 },
            el("summary", { class: "tree-row" }, row),
            branch(entry[PARTS], entry[PATH], level + 1),
          ),
        );
      }),
      small.length > 0 &&
        el("li", {}, el("div", { class: "tree-row" }, line(`${format.number(small.length)} smaller`, null, bytes, ""))),
    );
  };

  // Rectangles of these areas that fill a box and are not too narrow: squarified treemaps (Bruls, Huizing, van Wijk 2000).
  const squarify = (areas, box) => {
    const total = areas.reduce((sum, area) => sum + area, 0);
    let [x, y, w, h] = box;
    const scale = (w * h) / (total || 1);
    const rest = areas.map((area) => area * scale);
    const placed = [];
    const worst = (row, side) => {
      const sum = row.reduce((all, area) => all + area, 0);
      return Math.max(
        ...row.map((area) => Math.max((side * side * area) / (sum * sum), (sum * sum) / (side * side * area))),
      );
    };
    while (rest.length) {
      const side = Math.min(w, h);
      const row = [rest.shift()];
      while (rest.length && worst([...row, rest[0]], side) <= worst(row, side)) row.push(rest.shift());
      const sum = row.reduce((all, area) => all + area, 0);
      const thick = side > 0 ? sum / side : 0;
      let along = 0;
      for (const area of row) {
        const length = thick > 0 ? area / thick : 0;
        placed.push(w >= h ? [x, y + along, thick, length] : [x + along, y, length, thick]);
        along += length;
      }
      if (w >= h) [x, w] = [x + thick, w - thick];
      else [y, h] = [y + thick, h - thick];
    }
    return placed;
  };

  const tile = (entry, parent, [x, y, w, h], [wide, high], level) => {
    const share = (value, of) => `${(value / of) * 100}%`;
    const isLarge = w > 90 && h > 30;
    return el(
      "div",
      {
        class: `area area-${level} area-${entry[KIND]}`,
        title: `${entry[PATH]}: ${format.bytes(entry[BYTES])}`,
        style: { left: share(x, wide), top: share(y, high), width: share(w, wide), height: share(h, high) },
      },
      isLarge &&
        el("span", { class: "area-name" }, name(title(entry, parent)), " ", el("span", {}, format.bytes(entry[BYTES]))),
    );
  };

  const treemap = () => {
    // Places are shares of the box; its size in pixels only decides what there is room for.
    const wide = Math.min(1100, window.innerWidth - 40);
    const high = wide < 560 ? wide : 420;
    const large = (entries) => bySize(entries).filter((entry) => entry[BYTES] > data.disk.bytes * 0.002);
    const tops = large(data.disk.entries);
    const boxes = squarify(
      tops.map((entry) => entry[BYTES]),
      [0, 0, wide, high],
    );
    const tiles = tops.flatMap((entry, at) => {
      const [x, y, w, h] = boxes[at];
      const parts = large(entry[PARTS]);
      const own = tile(entry, "", boxes[at], [wide, high], 0);
      if (parts.length === 0 || w < 60 || h < 60) return [own];
      const inner = squarify(
        parts.map((part) => part[BYTES]),
        [x + 3, y + 26, w - 6, h - 29],
      );
      return [own, ...parts.map((part, i) => tile(part, entry[PATH], inner[i], [wide, high], 1))];
    });
    return el(
      "div",
      {
        class: "treemap",
        role: "img",
        style: { "aspect-ratio": `${wide} / ${high}` },
        "aria-label": "Areas by size: the tree above says the same",
      },
      tiles,
    );
  };

  return () => {
    const { disk } = data;
    if (!disk) {
      return dom.missing(
        "The target directory was not measured, as it is not at hand for this run. ",
        code("cargo brisk"),
        " in the workspace measures it.",
      );
    }
    if (disk.entries.length === 0) return dom.missing("The target directory is empty.");
    return [
      el(
        "p",
        {},
        el("strong", {}, format.bytes(disk.bytes)),
        ` in ${format.count(disk.files, "file")} in `,
        code(disk.path),
      ),
      branch(disk.entries, "", 0),
      el("h3", {}, "As areas"),
      treemap(),
    ];
  };
})();
