/* KPI pages: charts from the data beside them, pictures of charts, files of the page, the printer. */
(function () {
  "use strict";

  const root = document.documentElement;
  const PAGES = ["kpi", "league", "department", "district", "bulletins"];
  if (!PAGES.includes(root.dataset.page)) return;
  const WIDE = ["league"]; /* pages that are printed across */
  const CONFIG = { displayModeBar: false, responsive: false, showSendToCloud: false, plotlyServerURL: "" };
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  /* ---- colours are named by their token and looked up when a chart is drawn ---- */
  function coloured(value) {
    if (typeof value === "string") {
      const named = /^var\((--[\w-]+)\)$/.exec(value);
      return named ? token(named[1]) : value;
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one)]));
    }
    return value;
  }

  const figureOf = (node) =>
    window.dash_clientside.yiping.scaled(coloured(JSON.parse(node.dataset.figure)));

  function draw(node) {
    if (!window.Plotly) return void setTimeout(() => draw(node), 60);
    let canvas = node.querySelector(":scope > .plot-canvas");
    if (!canvas) {
      canvas = document.createElement("div");
      canvas.className = "plot-canvas";
      node.replaceChildren(canvas);
      sizes.observe(node);
    }
    const { data, layout } = figureOf(node);
    const box = node.getBoundingClientRect();
    const size = { autosize: false, width: Math.floor(box.width), height: Math.floor(box.height) };
    window.Plotly.react(canvas, data, { ...layout, ...size }, CONFIG);
    node.dataset.drawn = "true";
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const canvas = target.querySelector(":scope > .plot-canvas");
      if (!canvas || !canvas.layout || !contentRect.width) continue;
      const width = Math.floor(contentRect.width);
      const height = Math.floor(contentRect.height);
      if (canvas.layout.width !== width || canvas.layout.height !== height) {
        window.Plotly.relayout(canvas, { width, height });
      }
    }
  });

  /* A chart is drawn when it comes near the screen: a phone need not draw what nobody looks at. */
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        near.unobserve(target);
        draw(target);
      }
    }
  }, { rootMargin: "500px" });

  const plots = (node) => [
    ...(node.matches && node.matches("[data-figure]") ? [node] : []),
    ...(node.querySelectorAll ? node.querySelectorAll("[data-figure]") : []),
  ];

  /* New facts replace whole sections. What a chart was drawn on, and whether its table was open,
     pass on to the chart of the same title, before anybody sees the gap. */
  const left = new Map();

  function leave(node) {
    for (const plot of plots(node)) {
      near.unobserve(plot);
      sizes.unobserve(plot);
      const canvas = plot.querySelector(":scope > .plot-canvas");
      const twin = plot.parentElement && plot.parentElement.querySelector(":scope > .twin");
      if (canvas) left.set(plot.dataset.title, { canvas, open: Boolean(twin && twin.open) });
    }
  }

  function appear(node) {
    for (const plot of plots(node)) {
      const before = left.get(plot.dataset.title);
      if (before) {
        left.delete(plot.dataset.title);
        plot.replaceChildren(before.canvas);
        sizes.observe(plot);
        const twin = plot.parentElement.querySelector(":scope > .twin");
        if (twin) twin.open = before.open;
      }
      if (before || root.dataset.print) draw(plot);
      else near.observe(plot);
    }
  }

  new MutationObserver((changes) => {
    const elements = (nodes) => [...nodes].filter((node) => node.nodeType === 1);
    for (const { removedNodes } of changes) {
      elements(removedNodes).filter((node) => !node.isConnected).forEach(leave);
    }
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes" && target.dataset.drawn) draw(target);
      elements(addedNodes).filter((node) => node.isConnected).forEach(appear);
    }
    for (const { canvas } of left.values()) if (window.Plotly) window.Plotly.purge(canvas);
    left.clear();
  }).observe(document.body || root, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-figure"],
  });

  /* ---- PNG: the chart with its title above and its source below, on paper ---- */
  async function picture(plot) {
    const { data, layout } = figureOf(plot);
    const line = (text, more) => ({ text, showarrow: false, xref: "paper", yref: "paper", xanchor: "left", x: 0, ...more });
    const url = await window.Plotly.toImage({
      data,
      layout: {
        ...layout,
        autosize: false,
        width: 1000,
        height: 560,
        margin: { l: 70, r: 40, t: 84, b: 84 },
        font: { ...layout.font, size: 15 },
        paper_bgcolor: token("--panel"),
        plot_bgcolor: token("--panel"),
        annotations: [
          line(plot.dataset.title, { y: 1, yanchor: "bottom", yshift: 26, font: { size: 21, color: token("--text") } }),
          line(plot.dataset.source, { y: 0, yanchor: "top", yshift: -44, font: { size: 13 } }),
        ],
      },
    }, { format: "png", width: 1000, height: 560, scale: 2 });
    save(url, `${plot.dataset.title}.png`);
  }

  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name.replace(/[\\/:*?"<>|\s·]+/g, "-");
    document.body.append(link);
    link.click();
    link.remove();
  }

  /* ---- files of the page: asked for in the background, so that a refusal can be told ---- */
  const notice = () => document.querySelector(".notice");

  function tell(text) {
    const place = notice();
    if (place) place.textContent = text;
  }

  async function reason(answer) {
    try {
      const { error } = await answer.json();
      return [error.message, error.fix].filter(Boolean).join(" ");
    } catch {
      return String(answer.status);
    }
  }

  async function fetched(link) {
    const words = link.textContent;
    link.setAttribute("aria-busy", "true");
    link.textContent = link.dataset.waiting;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) return tell(`${link.dataset.failed}: ${await reason(answer)}`);
      const named = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(answer.headers.get("content-disposition") || "");
      const url = URL.createObjectURL(await answer.blob());
      save(url, named ? decodeURIComponent(named[1]) : `yiping.${link.dataset.export}`);
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      tell("");
    } catch (error) {
      tell(`${link.dataset.failed}: ${error.message}`);
    } finally {
      link.removeAttribute("aria-busy");
      link.textContent = words;
      const open = link.closest("details");
      if (open) open.open = false;
    }
  }

  async function issue(button) {
    if (!window.confirm(button.dataset.sure)) return;
    const words = button.textContent;
    button.disabled = true;
    button.textContent = button.dataset.waiting;
    try {
      const answer = await fetch("/api/v1/bulletins", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ template: button.dataset.template, by: button.dataset.by }),
      });
      if (answer.status === 201) return location.reload();
      tell(answer.ok ? button.dataset.known : `${button.dataset.failed}: ${await reason(answer)}`);
    } catch (error) {
      tell(`${button.dataset.failed}: ${error.message}`);
    }
    button.disabled = false;
    button.textContent = words;
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest && event.target.closest(selector);
    const png = on(".png");
    const plot = png && png.closest(".chart-block, .panel").querySelector("[data-figure]");
    if (plot) picture(plot);
    const file = on("a[data-export]");
    if (file) {
      event.preventDefault();
      if (file.getAttribute("aria-busy") !== "true") fetched(file);
    }
    if (on(".print-page")) printed();
    const button = on(".issue-now");
    if (button) issue(button);
  });

  /* ---- paper: the page takes the width and the light of it, charts and map follow, then back ---- */
  let theme = null;

  function toPaper() {
    if (root.dataset.print) return;
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    root.dataset.print = WIDE.includes(root.dataset.page) ? "wide" : "tall";
    document.querySelectorAll("[data-figure]").forEach(draw);
    window.dispatchEvent(new Event("resize"));
  }

  function toScreen() {
    if (!root.dataset.print || asked) return;
    delete root.dataset.print;
    root.dataset.theme = theme;
    document.querySelectorAll("[data-drawn]").forEach(draw);
    window.dispatchEvent(new Event("resize"));
  }

  function printed() {
    toPaper();
    setTimeout(() => window.print(), 400); /* the map is drawn anew first */
  }

  const asked = new URLSearchParams(location.search).has("print");
  if (asked) toPaper();
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
})();
