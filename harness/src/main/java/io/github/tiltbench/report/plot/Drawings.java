package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Drawing;
import io.github.tiltbench.report.figure.Theme;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.summary.Faults;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The figures of a page drawn, side by side as far as there are cores, and their files.
 *
 * @param blocks of the page, each figure in its place
 * @param files name to content
 */
public record Drawings(List<Block> blocks, Map<String, byte[]> files) {
  private static final int WIDTH = 720;

  /** One figure: what stands on the page, and its files by their endings. */
  private record Drawn(Block block, Map<String, byte[]> files) {}

  /** Draws what is to be drawn; where one cannot be, a sentence with the reason takes its place. */
  public static Drawings of(List<Block> blocks, Faults faults) {
    List<Block> found = blocks.stream().flatMap(Drawings::flat).toList();
    List<Block> named = named(found);
    List<Drawn> drawn =
        named.parallelStream()
            .map(
                b ->
                    faults.contained(
                        "figure " + name(b),
                        () -> drawn(b),
                        r ->
                            new Drawn(new Block.Text("No figure " + name(b) + ": " + r), Map.of())))
            .toList();
    IdentityHashMap<Block, Block> instead = new IdentityHashMap<>();
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < found.size(); i++) {
      instead.put(found.get(i), drawn.get(i).block());
      String name = name(named.get(i));
      drawn.get(i).files().forEach((ending, bytes) -> files.put(name + ending, bytes));
    }
    return new Drawings(blocks.stream().map(b -> replaced(b, instead)).toList(), files);
  }

  private static Stream<Block> flat(Block block) {
    if (block instanceof Block.Section s) {
      return s.body().stream().flatMap(Drawings::flat);
    } else if (block instanceof Block.Folded f) {
      return f.body().stream().flatMap(Drawings::flat);
    }
    boolean drawable =
        block instanceof Block.Figure || (block instanceof Block.Samples s && !s.file().isEmpty());
    return drawable ? Stream.of(block) : Stream.empty();
  }

  private static Block replaced(Block block, Map<Block, Block> instead) {
    if (block instanceof Block.Section s) {
      return new Block.Section(
          s.title(), s.body().stream().map(b -> replaced(b, instead)).toList());
    } else if (block instanceof Block.Folded f) {
      return new Block.Folded(f.title(), f.body().stream().map(b -> replaced(b, instead)).toList());
    }
    return instead.getOrDefault(block, block);
  }

  private static String name(Block block) {
    return block instanceof Block.Figure f ? f.chart().name() : ((Block.Samples) block).file();
  }

  /** The same figures, each under a name of its own, in whatever letters names are told apart. */
  private static List<Block> named(List<Block> figures) {
    Set<String> taken = new HashSet<>();
    return figures.stream().map(b -> named(b, free(name(b), taken))).toList();
  }

  private static String free(String base, Set<String> taken) {
    String name = base;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = base + "-" + i;
    }
    return name;
  }

  private static Block named(Block block, String name) {
    if (block instanceof Block.Samples s) {
      return new Block.Samples(s.title(), s.rows(), name);
    }
    Chart c = ((Block.Figure) block).chart();
    return Block.Figure.of(new Chart(name, c.title(), c.caption(), c.alternative(), c.panels()));
  }

  private static Drawn drawn(Block block) {
    if (block instanceof Block.Samples s) {
      GridFigure grid = new GridFigure(s.title(), s.rows());
      return new Drawn(s, files(grid.png(Theme.LIGHT), grid.svg(Theme.LIGHT)));
    }
    Chart chart = ((Block.Figure) block).chart();
    Drawing titled = new Drawing(chart, WIDTH, true);
    Drawing plain = new Drawing(chart, WIDTH, false);
    return new Drawn(
        new Block.Figure(chart, plain.svg(Theme.LIGHT), plain.svg(Theme.DARK)),
        files(titled.png(Theme.LIGHT), titled.svg(Theme.LIGHT)));
  }

  private static Map<String, byte[]> files(byte[] png, String svg) {
    return Map.of(".png", png, ".svg", svg.getBytes(StandardCharsets.UTF_8));
  }
}
