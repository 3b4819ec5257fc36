// Who pulls which version of a package that is built in several: members, packages in between, versions, and what each
// request costs.
views.graph = (() => {
  const [FEW, PULLERS, WAYS] = [3, 12, 2];
  const [ROW, BOX] = [44, 30];
  const LAYERS = [0, 340, 680];
  const WIDTH = 900;

  const cost = (of) => of.cpu_s ?? of.unit_s;
  const basis = () => (data.build.cpu_s === null ? "unit time" : "CPU time");

  // The nodes and edges that tell of these packages, and nothing else.
  const relevant = (duplicates) => {
    const nodes = new Map();
    const edges = [];
    const node = (layer, words_, extra = {}) => {
      const key = `${layer}\n${words_}`;
      if (!nodes.has(key)) nodes.set(key, { key, layer, words: words_, ...extra });
      return nodes.get(key);
    };
    for (const duplicate of duplicates) {
      const newest = duplicate.versions.length - 1;
      duplicate.versions.forEach((version, at) => {
        const title = `${text(duplicate.name)} v${text(version.version)}`;
        const to = node(2, title, { cost: cost(version), isNewest: at === newest, n: version.n_vanishing });
        const pullers = [...version.pulled_by].sort((a, b) => (b.cost_s ?? 0) - (a.cost_s ?? 0));
        for (const puller of pullers.slice(0, PULLERS)) pull(node, edges, puller, to);
        const more = pullers.length - PULLERS;
        if (more > 0)
          edges.push({ from: node(1, `${format.number(more)} more packages`, { isRest: true, of: title }), to });
      });
    }
    return { nodes: [...nodes.values()], edges };
  };

  const pull = (node, edges, puller, to) => {
    const title = text(puller.package);
    const from = node(puller.is_member ? 0 : 1, title, { isMember: puller.is_member });
    edges.push({ from, to, cost: puller.cost_s });
    if (puller.is_member) return;
    for (const way of (data.reach[puller.package]?.ways ?? []).slice(0, WAYS)) {
      const member = node(0, text(way[0]), { isMember: true });
      const through = way.slice(1).map(text);
      if (!edges.some((edge) => edge.from === member && edge.to === from))
        edges.push({ from: member, to: from, through });
    }
  };

  // Each layer in the order of the middle of its neighbours, so that few edges cross.
  const place = ({ nodes, edges }) => {
    const layers = [0, 1, 2].map((layer) => nodes.filter((node) => node.layer === layer));
    const spread = (layer) =>
      layer.forEach((node, at) => {
        node.y = at - (layer.length - 1) / 2;
      });
    const settle = (layer, side, other) => {
      for (const node of layer) {
        const ys = edges.filter((edge) => edge[side] === node).map((edge) => edge[other].y);
        node.wish = ys.length ? ys.reduce((sum, y) => sum + y, 0) / ys.length : node.y;
      }
      layer.sort((a, b) => a.wish - b.wish);
      spread(layer);
    };
    layers.forEach(spread);
    for (let sweep = 0; sweep < 4; sweep += 1) {
      settle(layers[1], "from", "to");
      settle(layers[0], "from", "to");
      settle(layers[1], "to", "from");
      settle(layers[2], "to", "from");
    }
    const most = Math.max(...layers.map((layer) => layer.length), 1);
    for (const node of nodes) {
      node.x = LAYERS[node.layer];
      node.y = (node.y + most / 2) * ROW;
    }
    return most * ROW;
  };

  const BOXWIDTH = 220;
  const box = (node) => {
    const kind = node.isMember ? "member" : node.layer === 2 ? (node.isNewest ? "newest" : "older") : "between";
    const price = node.layer === 2 && node.cost !== null ? format.duration(node.cost) : null;
    const room = BOXWIDTH - 20 - (price ? price.length * 8 + 8 : 0);
    const group = svg(
      "g",
      { class: `node node-${kind}`, transform: `translate(${node.x} ${node.y - BOX / 2})` },
      svg("title", {}, price ? `${node.words}: ${price} of ${basis()} would go with it` : node.words),
      svg("rect", { width: BOXWIDTH, height: BOX, rx: 6 }),
      svg("text", { x: 10, y: BOX / 2 + 4 }, ganttPaint.fittedInVectors(node.words, room)),
      price && svg("text", { x: BOXWIDTH - 10, y: BOX / 2 + 4, "text-anchor": "end", class: "node-price" }, price),
    );
    return group;
  };

  const line = (edge, most) => {
    const [x1, y1, x2, y2] = [edge.from.x + BOXWIDTH, edge.from.y, edge.to.x, edge.to.y];
    const bend = edge.from.layer === 0 && edge.to.layer === 2 ? 180 : 60;
    const share = most > 0 && edge.cost > 0 ? edge.cost / most : 0;
    const isIndirect = edge.through?.length > 0;
    const path = svg("path", {
      class: `edge${isIndirect ? " edge-indirect" : ""}${share > 0 ? " edge-costly" : ""}`,
      d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
      "stroke-width": (1 + share * 4).toFixed(1),
    });
    const words_ = isIndirect ? `+${edge.through.length}` : edge.cost > 0 ? format.duration(edge.cost) : null;
    const label =
      words_ &&
      svg(
        "text",
        {
          class: "edge-label",
          x: (x1 + x2) / 2,
          y: (y1 + y2) / 2 - 4,
          "text-anchor": "middle",
        },
        words_,
      );
    const group = svg("g", { class: "link" }, path, label);
    edge.group = group;
    return group;
  };

  const picture = (duplicates) => {
    const graph = relevant(duplicates);
    const height = place(graph) + 40;
    const most = Math.max(0, ...graph.edges.map((edge) => edge.cost ?? 0));
    const titles = ["Members", "What asks for it", "Versions"];
    const lines = graph.edges.map((edge) => line(edge, most));
    const boxes = graph.nodes.map((node) => {
      const group = box(node);
      const mark = (isOn) => () =>
        graph.edges
          .filter((edge) => edge.from === node || edge.to === node)
          .forEach((edge) => edge.group.classList.toggle("is-marked", isOn));
      group.addEventListener("pointerenter", mark(true));
      group.addEventListener("pointerleave", mark(false));
      return group;
    });
    const names = duplicates.map((duplicate) => text(duplicate.name)).join(", ");
    return el(
      "div",
      { class: "scroll-x graph-box", tabindex: "0", role: "region", "aria-label": "Picture of the graph" },
      svg(
        "svg",
        {
          class: "graph",
          viewBox: `0 0 ${WIDTH} ${height}`,
          width: WIDTH,
          height,
          role: "img",
          "aria-label": `Who asks for the versions of ${dom.short(names, 120)}: the list below says the same`,
        },
        titles.map((title, at) => svg("text", { class: "layer", x: LAYERS[at], y: 14 }, title)),
        svg("g", { transform: "translate(0 30)" }, lines, boxes),
      ),
    );
  };

  const way = (steps) => [steps.map((step, at) => [at > 0 && " → ", name(step)])];

  const puller = (each) => {
    const title = text(each.package);
    const reach = data.reach[each.package];
    const price =
      each.cost_s === null
        ? "what it alone costs is not known"
        : each.cost_s > 0
          ? `alone keeps ${format.duration(each.cost_s)} of ${basis()}`
          : "others ask for it too";
    const known = each.is_member || !reach ? [] : reach.ways.slice(0, WAYS);
    const ways = known.map((steps) => el("li", {}, way([...steps.map(text), title])));
    const more = known.length > 0 ? reach.n - known.length : 0;
    return el(
      "li",
      {},
      name(title),
      each.is_member && el("span", { class: "badge" }, "member"),
      el("span", { class: "note" }, ` ${price}`),
      ways.length > 0 && el("ul", {}, ways, more > 0 && el("li", {}, `and from ${format.count(more, "more member")}`)),
    );
  };

  const asList = (duplicates) =>
    duplicates.map((duplicate) =>
      el(
        "div",
        { class: "duplicate" },
        el("h3", {}, name(text(duplicate.name))),
        el(
          "ul",
          {},
          duplicate.versions.map((version) =>
            el(
              "li",
              {},
              el("strong", {}, name(`v${text(version.version)}`)),
              ` ${format.count(version.n_units, "unit")}; ${format.count(version.n_vanishing, "unit")} of `,
              cost(version) === null ? "unknown time" : `${format.duration(cost(version))} of ${basis()}`,
              " would go with it",
              version.pulled_by.length === 0
                ? el("p", { class: "note" }, "Who asks for it is not known.")
                : el("ul", {}, version.pulled_by.map(puller)),
            ),
          ),
        ),
      ),
    );

  const render = () => {
    const { duplicates } = data;
    if (units.n === 0) return dom.missing("Without a build there is no graph.", record());
    if (duplicates.length === 0)
      return dom.missing("No package is built in several versions: there is no conflict to draw.");
    const priced = [...duplicates].sort((a, b) => (cost(b) ?? 0) - (cost(a) ?? 0));
    const option = (duplicate, at) =>
      el(
        "option",
        { value: String(at) },
        `${dom.short(text(duplicate.name), 60)} (${cost(duplicate) === null ? "unknown" : format.duration(cost(duplicate))})`,
      );
    const all = priced.length > 1 && priced.length <= FEW;
    const shown = el("div", { class: "stack" });
    const draw = (value) => {
      const chosen = value === "all" ? priced : [priced[Number(value)]];
      dom
        .clear(shown)
        .append(
          picture(chosen),
          el("details", { class: "alternative" }, el("summary", {}, "The same as a list"), ...asList(chosen)),
        );
    };
    draw(all ? "all" : "0");
    return [
      !data.build.tells_all_edges &&
        el(
          "p",
          { class: "note" },
          "The source of this build does not tell of every unit what it depends on: edges may be missing.",
        ),
      el(
        "div",
        { class: "tools" },
        el(
          "label",
          { class: "field" },
          "Package ",
          el(
            "select",
            { onchange: (event) => draw(event.target.value) },
            all && el("option", { value: "all" }, "all together"),
            priced.map(option),
          ),
        ),
        el(
          "span",
          { class: "note" },
          `${format.count(duplicates.length, "package")} built in several versions. `,
          `On an edge stands what only this request keeps in the build (${basis()}), and through how many packages a member asks.`,
        ),
      ),
      shown,
    ];
  };
  return render;
})();
