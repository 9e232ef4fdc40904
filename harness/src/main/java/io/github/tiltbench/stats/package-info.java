/**
 * Numbers with their uncertainty: means and quantiles, differences of cells that share their noise,
 * curves along the budget, rankings over tasks, and the interval each of them may carry.
 *
 * <p>Every public result is an {@link io.github.tiltbench.stats.Estimate}: either a value with an
 * interval, its level, its method and its number of independent units, or a refusal with the reason
 * in words. There is no third case, so no caller can print a bare number.
 *
 * <p><b>What is independent.</b> Values arrive as {@link io.github.tiltbench.stats.TrialNumbers}:
 * prompts hold trials, a trial holds one or more values, possibly weighted. Values of one trial may
 * share ancestors and are never treated as independent unless the caller declares it. The target is
 * the equal mixture over prompts: a value with weight {@code w} inside its trial weighs {@code w /
 * (P T_p)} where {@code P} counts the prompts and {@code T_p} the trials of its prompt.
 *
 * <p><b>Which interval.</b> With 20 or more prompts, prompts are a sample of tasks and the interval
 * comes from resampling prompts whole. With fewer, prompts are fixed conditions: the interval
 * speaks about new trials on these prompts, and the unit is the trial (or the draw, where draws are
 * independent) within its prompt.
 *
 * <table>
 * <caption>Rules of {@link io.github.tiltbench.stats.Intervals}</caption>
 * <tr><th>data</th><th>mean</th><th>quantile</th></tr>
 * <tr><td>20 prompts or more</td><td>t on prompt means</td><td>HD, bootstrap over prompts</td></tr>
 * <tr><td>one, independent draws</td><td>t, draws; Wilson for declared 0 or 1</td><td>order
 * statistics</td></tr>
 * <tr><td>fewer, independent draws</td><td>t, draws in fixed prompts; Wilson for declared 0 or 1
 * </td><td>HD, bootstrap over draws in fixed prompts</td></tr>
 * <tr><td>fewer, other trials</td><td>t, trials in fixed prompts</td><td>HD, bootstrap over trials
 * in fixed prompts</td></tr>
 * </table>
 *
 * <p>Of more than 2,048 units means and effects are resampled, and signs flipped, in 512 groups of
 * units, and a quantile within fixed prompts has Woodruff's interval. Quantiles over 20 or more
 * prompts and differences of quantiles are resampled unit by unit, however many there are.
 *
 * <p>Draws pooled from several fixed prompts vary less than as many of their mixture, which is what
 * order statistics count on: their medians would cover always and be compared with medians of
 * populations that cover 95 %.
 *
 * <p>Where the law of the mean is skewed, Student's ends are moved outwards to those of the
 * bootstrap t ({@link io.github.tiltbench.stats.Means}). BCa is there for smooth statistics other
 * than the mean; for means of 20 lognormal values its nominal 95 % were 88 %, against 93 %.
 *
 * <p>HD is the Harrell-Davis estimator, {@code sum_i [I(i/n) - I((i-1)/n)] x_(i)} with {@code I}
 * the regularised incomplete beta function of {@code a = (n+1)p, b = (n+1)(1-p)}: the expectation
 * of the order statistic under resampling, smooth in the data, so that the bootstrap applies.
 *
 * <p><b>Comparisons</b> are made on {@link io.github.tiltbench.stats.Matched} cells, unit by unit,
 * and by the same rules: {@link io.github.tiltbench.stats.Paired} for two cells, {@link
 * io.github.tiltbench.stats.BudgetCurves}, {@link io.github.tiltbench.stats.TargetBudget} and
 * {@link io.github.tiltbench.stats.ScalingFit} along the budget, {@link
 * io.github.tiltbench.stats.Overoptimisation} for a guide against judges. Several numbers are
 * resampled jointly, so that intervals can hold for all of them at once. A test is a {@link
 * io.github.tiltbench.stats.TestResult}: a p-value with its method, or a refusal.
 *
 * <p>Everything is a pure function. A resample is a function of (key, index), so results depend
 * neither on the thread count nor on the order of calls. What a caller may not do is an error (NaN
 * among the values, a probability of 2); what values do to a number never is: it is refused. Data
 * of any size are brought to a scale first ({@code Scale}). A value of minus infinity stands for an
 * inadmissible sample: shares and win rates count it, quantiles stand above it, means are refused.
 */
package io.github.tiltbench.stats;
