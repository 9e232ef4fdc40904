// Measures a report page once its figures are drawn, and tells the page it is framed in.
'use strict';

(() => {
  const problems = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const name = (e) => e.tagName + '.' + e.className + ' "' + e.textContent.trim().slice(0, 40) + '"';
  const seen = (e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };

  function meet(a, b) {
    const p = a.getBoundingClientRect();
    const q = b.getBoundingClientRect();
    return Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1.5
      && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1.5;
  }

  function apart(elements) {
    const boxes = elements.filter(seen);
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      if (!a.contains(b) && !b.contains(a) && meet(a, b)) {
        problems.push(name(a) + ' overlaps ' + name(b));
      }
    }));
  }

  function measure() {
    const charts = all('figure.chart');
    all('details').forEach((d) => { d.open = true; });
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) {
      problems.push('the page is ' + root.scrollWidth + ' wide on a screen of ' + innerWidth);
    }
    apart(all('main h1, main h2, main h3, main h4, main > p, section > p, .note, .table, .plot, .legend,'
      + ' figcaption, .samples > p, summary, dl, pre, nav'));
    all('.table').filter(seen).forEach((t) => {
      const cell = t.querySelector('tbody td');
      if (cell && getComputedStyle(cell).display !== 'table-cell') {
        problems.push(name(t) + ' is no table any more');
      }
    });
    all('tr').forEach((row) => apart(all('th > span, td > span', row)));
    all('.legend').forEach((legend) => apart(all('button', legend)));
    all('.plot').forEach((plot) => {
      apart([...all('.xtick text', plot), ...all('.xtitle', plot)]);
      apart([...all('.ytick text', plot), ...all('.ytitle', plot)]);
    });
    // What scrolls in a place of its own may be wider than that.
    all('main *').filter((e) => seen(e) && !e.closest('svg, .table, pre, nav ol')).forEach((e) => {
      const box = e.getBoundingClientRect();
      if (box.right > innerWidth + 1 || box.left < -1) {
        problems.push(name(e) + ' leaves the screen');
      }
    });
    all('.still').filter(seen).forEach((e) => problems.push(name(e) + ' is not replaced'));
    all('.live script, .live img, .live a, main img[src="x"]').forEach((e) => problems.push(name(e)));
    all('main script:not([type="application/json"])').forEach((e) => problems.push(name(e)));
    const named = charts.find((c) => c.querySelector('.legend button'));
    const traces = () => all('.scatterlayer .trace', named).length;
    const before = traces();
    const button = all('.legend button', named)[0];
    button.click();
    return {
      charts: charts.length,
      plots: all('.plot').length,
      drawn: all('.plot').filter((p) => p.querySelector('svg.main-svg')).length,
      traces: before,
      hidden: before - traces(),
      pressed: button.getAttribute('aria-pressed'),
      focusable: all('.table').every((t) => t.tabIndex === 0),
      broken: all('nav a').filter((a) => !document.getElementById(a.hash.slice(1))).length,
      problems: [...new Set(problems)].slice(0, 20),
    };
  }

  const wait = setInterval(() => {
    if (all('figure.chart').every((f) => f.classList.contains('drawn'))) {
      clearInterval(wait);
      setTimeout(() => parent.postMessage({width: innerWidth, ...measure()}, '*'), 300);
    }
  }, 50);
})();
