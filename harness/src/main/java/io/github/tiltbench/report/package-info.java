/**
 * Tables, figures and the report page of a result folder; all derived, all safe to delete.
 *
 * <p>Three steps, each usable alone. {@link io.github.tiltbench.report.Summary} turns finished
 * trials into {@link io.github.tiltbench.report.SummaryRow}s, one number each, which are also the
 * lines of {@code tables/summary.csv}. {@link io.github.tiltbench.report.Comparison} arranges rows
 * into a {@link io.github.tiltbench.report.Table}, which the terminal, Markdown, LaTeX and HTML
 * render alike: a value, its interval below or beside it, a dash and a footnote where the number
 * was refused. {@link io.github.tiltbench.report.HtmlPage} puts {@link
 * io.github.tiltbench.report.Block}s on one self-contained page: no request to anywhere, no script
 * but two of the program's own, every text from a study escaped. What a figure shows is a {@link
 * io.github.tiltbench.report.figure.Chart}, drawn for paper and given to the page as data alike.
 *
 * <p>Everything is drawn from the rows in the order of the plan, so the same trials give the same
 * bytes on the same machine; the pictures of other machines may differ in their fonts.
 */
package io.github.tiltbench.report;
