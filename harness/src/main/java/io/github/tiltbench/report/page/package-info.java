/**
 * What a page is made of, and how it is rendered; nothing here knows of trials.
 *
 * <p>A page is a list of {@link io.github.tiltbench.report.page.Block}s, among them {@link
 * io.github.tiltbench.report.page.Table}s, figures and samples: content without a look. The
 * terminal, Markdown, LaTeX and HTML render a table alike: a value, its interval below or beside
 * it, a dash and a footnote where the number was refused. {@link
 * io.github.tiltbench.report.page.HtmlPage} puts blocks on one self-contained page: no request to
 * anywhere, no script but two of the program's own, every text from a study escaped. {@link
 * io.github.tiltbench.report.page.Numbers} writes a number with as many digits as its interval
 * supports.
 */
package io.github.tiltbench.report.page;
