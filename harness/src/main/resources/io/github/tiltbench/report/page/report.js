// Turns the figures of a report into interactive ones. All it reads is data inside the page.
'use strict';

(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const narrow = matchMedia('(max-width: 640px)');
  const coarse = matchMedia('(pointer: coarse)');
  const palette = JSON.parse(document.getElementById('palette').textContent);
  const markers = {circle: '\u25cf', square: '\u25a0', 'triangle-up': '\u25b2', diamond: '\u25c6',
    box: '\u25a0', none: ''};

  // The data of a figure; members named "...color" take what stands for them on a dark page.
  function data(figure) {
    const repaint = (key, value) =>
      dark.matches && /color$/.test(key) && Object.hasOwn(palette, value) ? palette[value] : value;
    return JSON.parse(figure.querySelector('script.data').textContent, repaint);
  }

  function style(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function axis(own) {
    return {...own, title: {...own.title, standoff: 8}, automargin: true, gridcolor: style('--grid'),
      zeroline: false, linecolor: style('--ink'), showline: true, ticks: 'outside', ticklen: 4,
      tickcolor: style('--ink')};
  }

  // Rows with names need as much room as the longest name has lines.
  function room(own) {
    const names = own.ticktext && own.type !== 'log' ? own.ticktext : [];
    return 90 + names.length * Math.max(0, ...names.map((name) => 20 * name.split('<br>').length + 6));
  }

  function layout(own, many) {
    return {
      ...own,
      xaxis: axis(own.xaxis),
      yaxis: axis(own.yaxis),
      autosize: true,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: {color: style('--ink'), family: style('--font'), size: many || narrow.matches ? 11 : 13},
      hoverlabel: {align: 'left', bgcolor: style('--paper'), bordercolor: style('--faint'),
        font: {color: style('--ink'), family: style('--font'), size: 13}},
      modebar: {bgcolor: 'rgba(0,0,0,0)', color: style('--faint'), activecolor: style('--link')},
      margin: narrow.matches ? {l: 40, r: 10, t: 30, b: 40} : {l: 50, r: 16, t: 30, b: 44},
      showlegend: false,
      hovermode: 'closest',
      dragmode: coarse.matches ? false : 'zoom',
    };
  }

  function config(name) {
    return {
      displaylogo: false,
      responsive: true,
      modeBarButtonsToRemove: ['select2d', 'lasso2d', 'toImage'],
      modeBarButtonsToAdd: ['svg', 'png'].map((format) => ({
        name: 'Download this view as ' + format.toUpperCase(),
        icon: Plotly.Icons.camera,
        click: (view) => Plotly.downloadImage(view, {format, filename: name, scale: 2}),
      })),
    };
  }

  function element(parent, tag, className, text) {
    const child = document.createElement(tag);
    child.className = className;
    child.textContent = text;
    parent.append(child);
    return child;
  }

  function shown(traces, hidden) {
    return traces.map((trace) => ({...trace, visible: !hidden.has(trace.name)}));
  }

  function draw(view) {
    const chart = data(view.figure);
    chart.panels.forEach((panel, i) => {
      Plotly.react(view.plots[i], shown(panel.traces, view.hidden),
        layout(panel.layout, chart.panels.length > 1), config(chart.name));
    });
    chart.legend.forEach((entry, i) => {
      const button = view.buttons[i];
      button.setAttribute('aria-pressed', String(!view.hidden.has(entry.name)));
      const swatch = button.firstChild;
      swatch.style.color = entry.color;
      swatch.style.borderTopStyle = {solid: 'solid', dash: 'dashed', dot: 'dotted'}[entry.dash] || 'none';
    });
  }

  function legend(view, chart) {
    const list = element(view.stage, 'div', 'legend', '');
    view.buttons = chart.legend.map((entry) => {
      const button = element(list, 'button', '', '');
      button.type = 'button';
      button.title = 'Show or hide';
      const swatch = element(button, 'span', 'swatch', '');
      swatch.setAttribute('aria-hidden', 'true');
      element(swatch, 'span', '', markers[entry.symbol]);
      button.append(entry.name);
      button.addEventListener('click', () => {
        if (!view.hidden.delete(entry.name)) {
          view.hidden.add(entry.name);
        }
        draw(view);
      });
      return button;
    });
  }

  // The drawing as it is printed, to be kept.
  function downloads(figure, name) {
    const image = figure.querySelector('img.light');
    const list = element(figure.querySelector('figcaption'), 'span', 'downloads', '');
    const svg = element(list, 'a', '', 'Download SVG');
    svg.href = image.src;
    svg.download = name + '.svg';
    const png = element(list, 'button', '', 'Download PNG');
    png.type = 'button';
    png.addEventListener('click', () => {
      const drawn = new Image();
      drawn.addEventListener('load', () => {
        const canvas = document.createElement('canvas');
        canvas.width = 2 * drawn.naturalWidth;
        canvas.height = 2 * drawn.naturalHeight;
        canvas.getContext('2d').drawImage(drawn, 0, 0, canvas.width, canvas.height);
        const link = document.createElement('a');
        link.href = canvas.toDataURL('image/png');
        link.download = name + '.png';
        link.click();
      });
      drawn.src = image.src;
    });
  }

  function open(figure) {
    const chart = data(figure);
    const stage = figure.querySelector('.live');
    const view = {figure, stage, hidden: new Set(), plots: [], buttons: []};
    const panels = element(stage, 'div', chart.panels.length > 1 ? 'panels many' : 'panels', '');
    view.plots = chart.panels.map((panel) => {
      const cell = element(panels, 'div', '', '');
      if (panel.title) {
        element(cell, 'h4', '', panel.title);
      }
      const plot = element(cell, 'div', 'plot', '');
      plot.style.minHeight = room(panel.layout.yaxis) + 'px';
      return plot;
    });
    if (chart.legend.length > 0) {
      legend(view, chart);
    }
    downloads(figure, chart.name);
    stage.hidden = false;
    draw(view);
    figure.classList.add('drawn');
    return view;
  }

  // One figure at a time, so that the page can be read meanwhile.
  const views = [];
  const waiting = [...document.querySelectorAll('figure.chart')];

  function next() {
    const figure = waiting.shift();
    if (figure) {
      views.push(open(figure));
      setTimeout(next);
    }
  }

  for (const media of [dark, narrow]) {
    media.addEventListener('change', () => views.forEach(draw));
  }
  addEventListener('beforeprint', () => {
    document.querySelectorAll('details:not([open])').forEach((d) => {
      d.open = true;
      d.dataset.printed = '';
    });
  });
  addEventListener('afterprint', () => {
    document.querySelectorAll('details[data-printed]').forEach((d) => {
      d.open = false;
      delete d.dataset.printed;
    });
  });
  next();
})();
