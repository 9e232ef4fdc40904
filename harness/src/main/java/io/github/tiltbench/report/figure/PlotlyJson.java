package io.github.tiltbench.report.figure;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.awt.Color;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart as what Plotly draws: traces and a layout for each panel, and a legend, which is the
 * page's own.
 *
 * <p>Colours are those of the light theme, in members whose name ends in {@code color}; {@link
 * #dark} says what stands for each on a dark page. Plotly reads texts as mark-up, so they are
 * escaped here.
 */
public final class PlotlyJson {
  private static final double BAND = 0.16;
  private static final double CLOUD = 0.5;
  private static final double BOX = 0.75;
  private static final String[] DASHES = {"solid", "dash", "dot"};
  private static final String[] SYMBOLS = {"circle", "square", "triangle-up", "diamond"};
  private static final int TICK = 18;
  private static final int NAME = 40;
  private static final MathContext DIGITS = new MathContext(8);
  private static final Theme LIGHT = Theme.LIGHT;

  private PlotlyJson() {}

  /** The chart: {@code {name, panels: [{title, traces, layout}], legend}}. */
  public static JsonObject of(Chart chart) {
    JsonObject json = new JsonObject();
    json.addProperty("name", chart.name());
    JsonArray panels = new JsonArray();
    chart.panels().forEach(p -> panels.add(panel(p)));
    json.add("panels", panels);
    JsonArray legend = new JsonArray();
    Legend.of(chart).entries().forEach(e -> legend.add(entry(e)));
    json.add("legend", legend);
    return json;
  }

  /** What stands for each colour of a light page on a dark one. */
  public static JsonObject dark() {
    JsonObject json = new JsonObject();
    both(json, Theme::paper);
    both(json, Theme::ink);
    both(json, Theme::grid);
    for (int s = 0; s < LIGHT.series().size(); s++) {
      int series = s;
      both(json, t -> t.colour(series));
      for (double alpha : new double[] {BAND, CLOUD, BOX}) {
        json.addProperty(
            colour(LIGHT.colour(series), alpha), colour(Theme.DARK.colour(series), alpha));
      }
    }
    return json;
  }

  private static void both(JsonObject json, Function<Theme, Color> of) {
    json.addProperty(colour(of.apply(LIGHT)), colour(of.apply(Theme.DARK)));
  }

  private static String colour(Color c) {
    return String.format(Locale.ROOT, "#%06x", c.getRGB() & 0xffffff);
  }

  private static String colour(Color c, double alpha) {
    return String.format(
        Locale.ROOT, "rgba(%d,%d,%d,%.2f)", c.getRed(), c.getGreen(), c.getBlue(), alpha);
  }

  private static String series(int series) {
    return colour(LIGHT.colour(series));
  }

  private static JsonObject entry(Legend.Entry e) {
    JsonObject json = new JsonObject();
    json.addProperty("name", e.name());
    json.addProperty("color", series(e.series()));
    e.line().ifPresent(style -> json.addProperty("dash", dash(e.series(), style)));
    json.addProperty(
        "symbol", e.marked() ? symbol(e.series()) : e.line().isPresent() ? "none" : "box");
    return json;
  }

  private static JsonObject panel(Panel panel) {
    JsonArray traces = new JsonArray();
    JsonArray shapes = new JsonArray();
    JsonArray notes = new JsonArray();
    for (Layer layer : panel.layers()) {
      if (layer instanceof Layer.Mark mark) {
        shapes.add(shape(mark));
        notes.add(note(mark, panel));
      } else {
        traces.add(trace(layer));
      }
    }
    JsonObject layout = new JsonObject();
    layout.add("xaxis", axis(panel.across(), Extent.across(panel.across(), panel.layers())));
    layout.add("yaxis", axis(panel.up(), Extent.up(panel.up(), panel.layers())));
    layout.add("shapes", shapes);
    layout.add("annotations", notes);
    layout.addProperty("barmode", "overlay");
    JsonObject json = new JsonObject();
    json.addProperty("title", panel.title());
    json.add("traces", traces);
    json.add("layout", layout);
    return json;
  }

  private static JsonObject trace(Layer layer) {
    if (layer instanceof Layer.Line line) {
      return trace(line);
    } else if (layer instanceof Layer.Band band) {
      return trace(band);
    } else if (layer instanceof Layer.Points points) {
      return trace(points);
    } else if (layer instanceof Layer.Histogram histogram) {
      return trace(histogram);
    }
    return trace((Layer.Heat) layer);
  }

  private static JsonObject named(Layer.Named layer, String type) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("name", layer.name());
    return json;
  }

  private static JsonObject trace(Layer.Line line) {
    JsonObject json = named(line, "scatter");
    json.addProperty("mode", "lines");
    json.add("x", numbers(line.x()));
    json.add("y", numbers(line.y()));
    JsonObject look = new JsonObject();
    boolean thin = line.style() == Layer.Style.THIN;
    look.addProperty(
        "color", thin ? colour(LIGHT.colour(line.series()), CLOUD) : series(line.series()));
    look.addProperty("width", thin ? 0.8 : 2.2);
    look.addProperty("dash", dash(line.series(), line.style()));
    json.add("line", look);
    hover(json, line.name(), line.hover());
    return json;
  }

  private static JsonObject trace(Layer.Band band) {
    JsonObject json = named(band, "scatter");
    json.addProperty("mode", "lines");
    int n = band.x().length;
    double[] x = new double[2 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      x[i] = band.x()[i];
      y[i] = band.low()[i];
      x[2 * n - 1 - i] = band.x()[i];
      y[2 * n - 1 - i] = band.high()[i];
    }
    json.add("x", numbers(x));
    json.add("y", numbers(y));
    json.addProperty("fill", "toself");
    json.addProperty("fillcolor", colour(LIGHT.colour(band.series()), BAND));
    JsonObject none = new JsonObject();
    none.addProperty("width", 0);
    json.add("line", none);
    json.addProperty("hoverinfo", "skip");
    return json;
  }

  private static JsonObject trace(Layer.Points points) {
    JsonObject json = named(points, "scatter");
    json.addProperty("mode", "markers");
    json.add("x", numbers(points.x()));
    json.add("y", numbers(points.y()));
    JsonObject look = new JsonObject();
    Color colour = LIGHT.colour(points.series());
    look.addProperty("color", points.marked() ? colour(colour) : colour(colour, CLOUD));
    look.addProperty("size", points.size());
    look.addProperty("symbol", points.marked() ? symbol(points.series()) : "circle");
    json.add("marker", look);
    if (!points.bars().none()) {
      Layer.Bars bars = points.bars();
      json.add(
          bars.across() ? "error_x" : "error_y",
          bars(bars, bars.across() ? points.x() : points.y(), colour(colour)));
    }
    hover(json, points.name(), points.hover());
    return json;
  }

  private static JsonObject bars(Layer.Bars bars, double[] at, String colour) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "data");
    json.addProperty("symmetric", false);
    int n = at.length;
    json.add(
        "array", numbers(IntStream.range(0, n).mapToDouble(i -> bars.high()[i] - at[i]).toArray()));
    json.add(
        "arrayminus",
        numbers(IntStream.range(0, n).mapToDouble(i -> at[i] - bars.low()[i]).toArray()));
    json.addProperty("color", colour);
    json.addProperty("thickness", 1.4);
    json.addProperty("width", 3);
    return json;
  }

  private static JsonObject trace(Layer.Histogram histogram) {
    JsonObject json = named(histogram, "bar");
    int n = histogram.density().length;
    double[] edges = histogram.edges();
    json.add("x", numbers(IntStream.range(0, n).mapToDouble(i -> (edges[i] + edges[i + 1]) / 2)));
    json.add("y", numbers(histogram.density()));
    json.add("width", numbers(IntStream.range(0, n).mapToDouble(i -> edges[i + 1] - edges[i])));
    JsonObject look = new JsonObject();
    look.addProperty("color", colour(LIGHT.colour(histogram.series()), BOX));
    json.add("marker", look);
    hover(json, histogram.name(), List.of());
    return json;
  }

  private static JsonObject trace(Layer.Heat heat) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "heatmap");
    json.add("x", numbers(heat.x()));
    json.add("y", numbers(heat.y()));
    JsonArray rows = new JsonArray();
    for (double[] row : heat.density()) {
      rows.add(numbers(row));
    }
    json.add("z", rows);
    json.addProperty("zmin", 0);
    json.addProperty("showscale", false);
    JsonArray scale = new JsonArray();
    scale.add(stop(0, "rgba(127,127,127,0)"));
    scale.add(stop(1, "rgba(127,127,127,0.9)"));
    json.add("colorscale", scale);
    json.addProperty("hovertemplate", "%{x}, %{y}: %{z}<extra></extra>");
    return json;
  }

  private static JsonArray stop(int at, String colour) {
    JsonArray stop = new JsonArray();
    stop.add(at);
    stop.add(colour);
    return stop;
  }

  /** What is told of each point: its own text, or its coordinates. */
  private static void hover(JsonObject json, String name, List<String> texts) {
    String head =
        name.isEmpty() ? "" : "<b>" + lines(name, NAME).replace("%", "&#37;") + "</b><br>";
    if (texts.isEmpty()) {
      json.addProperty("hovertemplate", head + "%{x}, %{y}<extra></extra>");
    } else {
      JsonArray array = new JsonArray();
      texts.forEach(t -> array.add(escape(t)));
      json.add("customdata", array);
      json.addProperty("hovertemplate", head + "%{customdata}<extra></extra>");
    }
  }

  private static JsonObject shape(Layer.Mark mark) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "line");
    json.addProperty("xref", mark.vertical() ? "x" : "paper");
    json.addProperty("yref", mark.vertical() ? "paper" : "y");
    json.addProperty("x0", mark.vertical() ? mark.at() : 0);
    json.addProperty("x1", mark.vertical() ? mark.at() : 1);
    json.addProperty("y0", mark.vertical() ? 0 : mark.at());
    json.addProperty("y1", mark.vertical() ? 1 : mark.at());
    JsonObject look = new JsonObject();
    look.addProperty("color", colour(LIGHT.ink()));
    look.addProperty("width", 1.2);
    look.addProperty("dash", "dash");
    json.add("line", look);
    return json;
  }

  private static JsonObject note(Layer.Mark mark, Panel panel) {
    JsonObject json = new JsonObject();
    json.addProperty("text", escape(mark.label()));
    json.addProperty("showarrow", false);
    json.addProperty("xref", mark.vertical() ? "x" : "paper");
    json.addProperty("yref", mark.vertical() ? "paper" : "y");
    Axis axis = mark.vertical() ? panel.across() : panel.up();
    json.addProperty("x", mark.vertical() ? exponent(axis, mark.at()) : 1);
    json.addProperty("y", mark.vertical() ? 1 : exponent(axis, mark.at()));
    json.addProperty("xanchor", mark.vertical() ? "left" : "right");
    json.addProperty("yanchor", mark.vertical() ? "top" : "bottom");
    return json;
  }

  /** A place as Plotly wants it for ranges and notes: on an axis by ratios, the power of ten. */
  private static double exponent(Axis axis, double x) {
    return axis.scale() == Axis.Scale.LOG2 ? Math.log10(x) : x;
  }

  private static JsonObject axis(Axis axis, Axis.Range range) {
    JsonObject json = new JsonObject();
    JsonObject title = new JsonObject();
    title.addProperty("text", escape(axis.label()));
    json.add("title", title);
    json.addProperty("type", axis.scale() == Axis.Scale.LOG2 ? "log" : "linear");
    JsonArray ends = new JsonArray();
    ends.add(exponent(axis, range.low()));
    ends.add(exponent(axis, range.high()));
    json.add("range", ends);
    if (!axis.ticks().isEmpty()) {
      json.add("tickvals", numbers(axis.ticks().stream().mapToDouble(Axis.Tick::at)));
      JsonArray texts = new JsonArray();
      axis.ticks().forEach(t -> texts.add(lines(t.label(), TICK)));
      json.add("ticktext", texts);
    }
    return json;
  }

  private static String lines(String label, int letters) {
    return Labels.wrap(label, letters, String::length).stream()
        .map(PlotlyJson::escape)
        .collect(Collectors.joining("<br>"));
  }

  private static String dash(int series, Layer.Style style) {
    return switch (style) {
      case FULL -> DASHES[Theme.dash(series)];
      case BROKEN -> "dash";
      case THIN -> "solid";
    };
  }

  private static String symbol(int series) {
    return SYMBOLS[series % SYMBOLS.length];
  }

  private static JsonArray numbers(DoubleStream values) {
    return numbers(values.toArray());
  }

  /** To more digits than can be seen; a number that is none is null, which parts a line. */
  private static JsonArray numbers(double[] values) {
    JsonArray array = new JsonArray();
    for (double v : values) {
      array.add(Double.isFinite(v) ? number(v) : null);
    }
    return array;
  }

  private static Number number(double v) {
    if (v == Math.rint(v) && Math.abs(v) < 1e15) {
      return (long) v;
    }
    return new BigDecimal(v).round(DIGITS).stripTrailingZeros();
  }

  /** Nothing in a text is mark-up to Plotly; lines stay lines. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\n", "<br>");
  }
}
