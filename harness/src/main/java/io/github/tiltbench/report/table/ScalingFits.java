package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.ScalingFit;
import io.github.tiltbench.stats.ScalingForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the mean reward of each algorithm of a contest grows with its budget: the forms that fit, and
 * what they say.
 *
 * <p>Budgets are counted in plain samples where the contest has a sampler without search to say
 * what one takes, else in their own unit. Slopes, limits and exponents do not depend on that; the
 * best of b draws does, and is fitted only where b can be counted. A pure power is a loss with the
 * floor zero, which a reward is not.
 *
 * @param pairing the trials of the contest
 * @param unit of the budgets as the fits see them, as an amount of the study's unit
 * @param lines in plan order
 */
public record ScalingFits(MatchedTrials pairing, double unit, List<Line> lines) {
  /** Of the files. */
  static final String NAME = "scaling-fits";

  private static final String LIMIT = "limit";
  private static final String EXPONENT = "exponent";
  private static final String GAIN = "gain a doubling";
  private static final List<String> FIT =
      List.of("model", "verifier", "algorithm", "form", "aicc_weight", "number");

  /**
   * The fits of one algorithm.
   *
   * @param label its name with its place on the axes
   * @param fits one a form that was tried
   */
  public record Line(String label, List<ScalingFit> fits) {
    /** The fits to be reported, best first; none if all were refused. */
    public List<ScalingFit.Fitted> plausible() {
      return ScalingFit.plausible(fits);
    }

    /** Why forms could not be fitted, those with one reason together. */
    public String refusals() {
      return fits.stream()
          .filter(f -> f instanceof ScalingFit.Refused)
          .collect(
              Collectors.groupingBy(
                  f -> ((ScalingFit.Refused) f).reason(),
                  LinkedHashMap::new,
                  Collectors.mapping(f -> form(f.form()), Collectors.joining(", "))))
          .entrySet()
          .stream()
          .map(e -> e.getValue() + ": " + e.getKey())
          .collect(Collectors.joining("; "));
    }

    private int n() {
      return fits.stream()
          .mapToInt(
              f ->
                  f instanceof ScalingFit.Fitted g
                      ? g.parameters().get(0).n()
                      : ((ScalingFit.Refused) f).n())
          .max()
          .orElse(0);
    }
  }

  /** The fits; empty if no algorithm has two budgets. */
  public static Optional<ScalingFits> of(MatchedTrials pairing) {
    double unit = plain(pairing).orElse(1.0);
    List<Line> lines =
        pairing.contest().algorithms().stream()
            .filter(label -> pairing.contest().budgets(label).size() > 1)
            .map(label -> new Line(label, fits(pairing, label, unit)))
            .toList();
    return lines.isEmpty() ? Optional.empty() : Optional.of(new ScalingFits(pairing, unit, lines));
  }

  /** What a plain sample takes of the budget; empty if it is not counted in NFE. */
  private static Optional<Double> plain(MatchedTrials pairing) {
    PlanFile plan = pairing.contest().plan();
    double samples = plan.per().equals("sample") ? plan.count() : 1;
    return plan.unit().equals("nfe")
        ? pairing.contest().cell(Task.BASE, 0).map(c -> c.cost().nfe() / samples)
        : Optional.empty();
  }

  private static List<ScalingFit> fits(MatchedTrials pairing, String label, double unit) {
    List<PlanFile.Row> cells = pairing.contest().curve(label);
    double[] budgets =
        pairing.contest().budgets(label).stream().mapToDouble(b -> b / unit).toArray();
    boolean counted = plain(pairing).isPresent() && budgets[0] >= 1;
    List<ScalingForm> forms =
        counted
            ? List.of(ScalingForm.LOG, ScalingForm.POWER, ScalingForm.EVT)
            : List.of(ScalingForm.LOG, ScalingForm.POWER);
    return forms.stream()
        .map(
            form ->
                pairing.<ScalingFit>number(
                    "scaling",
                    cells,
                    MatchedTrials.TARGET,
                    (matched, c) -> ScalingFit.of(form, matched, budgets, c),
                    reason -> new ScalingFit.Refused(form, reason, 0)))
        .toList();
  }

  /** The tables of all contests; empty if there are no fits. */
  public static Optional<View> view(List<ScalingFits> all) {
    StringBuilder csv =
        new StringBuilder(
            Csv.line(Stream.concat(FIT.stream(), SummaryRow.NUMBERS.stream()).toList()));
    all.forEach(f -> f.enter(csv));
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new View(NAME, all.stream().map(ScalingFits::table).toList(), csv.toString()));
  }

  /** The number of a fit that stands in a column; empty if its form has none. */
  private static Optional<Estimate> number(ScalingFit.Fitted fit, String column) {
    if (column.equals(GAIN)) {
      return Optional.of(fit.perDoubling());
    }
    boolean saturates = fit.form() == ScalingForm.POWER;
    int parameter = fit.form().parameters().indexOf(column.equals(LIMIT) ? "y" : "g");
    return saturates ? Optional.of(fit.parameters().get(parameter)) : Optional.empty();
  }

  private Table table() {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Table.Row> body = new ArrayList<>();
    for (Line line : lines) {
      List<ScalingFit.Fitted> plausible = line.plausible();
      String refusals = line.refusals();
      if (plausible.isEmpty()) {
        String mark = footnotes.mark(refusals);
        List<Cell> cells = new ArrayList<>(List.of(Cell.of(line.label()), new Cell("-", "", mark)));
        cells.addAll(List.of(Cell.of(""), Cell.of(""), Cell.of(""), Cell.of("")));
        cells.add(Cell.of(Integer.toString(line.n())));
        body.add(new Table.Row(cells, !body.isEmpty()));
      }
      for (ScalingFit.Fitted fit : plausible) {
        boolean first = fit == plausible.get(0);
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(line.label()));
        cells.add(
            new Cell(
                form(fit.form()),
                "",
                first && !refusals.isEmpty() ? footnotes.mark(refusals) : ""));
        cells.add(Cell.of(String.format(Locale.ROOT, "%.2f", ScalingFit.weight(fit, line.fits()))));
        for (String column : List.of(GAIN, LIMIT, EXPONENT)) {
          Optional<Estimate> number = number(fit, column);
          number.ifPresent(e -> methods.add(column, e));
          cells.add(number.map(e -> Comparison.number(e, footnotes)).orElse(Cell.of("")));
        }
        cells.add(Cell.of(Integer.toString(line.n())));
        body.add(new Table.Row(cells, first && !body.isEmpty()));
      }
    }
    return new Table(
        "Growth of the mean with the budget: " + pairing.contest().name(),
        List.of(
            Column.key("algorithm", false),
            Column.key("form", false),
            new Column("weight", true, 0),
            new Column(GAIN, true, 0),
            new Column(LIMIT, true, 0),
            new Column(EXPONENT, true, 0),
            new Column("n", true, 0)),
        body,
        notes(footnotes, methods));
  }

  private static List<String> notes(Footnotes footnotes, Methods methods) {
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add(
        "Forms of the mean over the budget b: log is a + c ln b, power is y - a b^-g, evt is a + c"
            + " sqrt(2 ln b) for b counted in plain samples. The first line of an algorithm is the"
            + " form that was selected by AICc; further ones are within 2 of it. The weight is"
            + " Akaike's among the forms that could be fitted. Nothing is said beyond the tested"
            + " budgets.");
    return notes;
  }

  private void enter(StringBuilder csv) {
    for (Line line : lines) {
      for (ScalingFit fit : line.fits()) {
        if (fit instanceof ScalingFit.Fitted f) {
          String weight = Numbers.p(ScalingFit.weight(f, line.fits()));
          enter(csv, line, fit, weight, GAIN, f.perDoubling());
          List<String> names = f.form().parameters();
          for (int k = 0; k < names.size(); k++) {
            enter(csv, line, fit, weight, names.get(k), f.parameters().get(k));
          }
        } else {
          ScalingFit.Refused r = (ScalingFit.Refused) fit;
          enter(csv, line, fit, "", "fit", new Estimate.Refused(r.reason(), r.n()));
        }
      }
    }
  }

  private void enter(
      StringBuilder csv, Line line, ScalingFit fit, String weight, String number, Estimate e) {
    List<String> fields =
        new ArrayList<>(
            Arrays.asList(
                pairing.contest().model(),
                pairing.contest().verifier(),
                line.label(),
                form(fit.form()),
                weight,
                number));
    fields.addAll(SummaryRow.numbers(e));
    csv.append(Csv.line(fields));
  }

  private static String form(ScalingForm form) {
    return form.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
