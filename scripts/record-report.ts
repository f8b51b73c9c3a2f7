/**
 * `npm run record:report -- <judge.json> <name.json> --label AT --label TRADES ...`: makes the report that `npm run
 * judge -- --json` wrote the stress test of a recorded run. The labels are those of the run's contestants, in the order
 * in which the weights were given to `judge`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import type { RaceResult } from '../src/core/result/results.ts';
import type { RobustnessReport } from '../src/core/result/stress-report.ts';
import { readResult } from './read-result.ts';

const FOLDER = 'public/recorded';

interface Judged {
  readonly dataset: { readonly provenance: string; readonly classNames: readonly string[] };
  readonly models: readonly { readonly label: string }[];
  readonly report: RobustnessReport;
}

/**
 * `result` with the report of `judged`, whose models get `labels` as their names. Throws `Error` unless the report is
 * complete, on the run's images and classes, and the labels are contestants of the run, one for each model.
 */
export function withReport(result: RaceResult, judged: Judged, labels: readonly string[]): RaceResult {
  const { report, models, dataset } = judged;
  const files = models.map((m) => m.label);
  if (labels.length !== files.length || new Set(labels).size < labels.length)
    throw new Error(`The report has ${files.length} models, so it needs as many different labels.`);
  const unknown = labels.find((label) => !result.runs.some((run) => run.label === label));
  if (unknown !== undefined) throw new Error(`${unknown} is no contestant of the run.`);
  if (!report.complete) throw new Error('The report is not complete.');
  if (
    dataset.provenance !== result.dataset.provenance ||
    dataset.classNames.join() !== result.dataset.classNames.join()
  )
    throw new Error(`The report is on other images than the run: ${dataset.provenance}`);
  const named = (file: string) => labels[files.indexOf(file)] ?? file;
  const own = <T extends { readonly label: string }>(row: T): T => ({ ...row, label: named(row.label) });
  const relabelled: RobustnessReport = {
    ...report,
    rows: report.rows.map(own),
    sweep: report.sweep.map(own),
    transfer: report.transfer.map((t) => ({ ...own(t), from: named(t.from) })),
    checks: report.checks.map(own),
  };
  return parseRaceResult({ ...result, report: relabelled });
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args,
    options: { label: { type: 'string', multiple: true } },
    strict: true,
    allowPositionals: true,
  });
  const [from, name] = positionals;
  if (!from || !name || values.label === undefined)
    throw new UsageError(
      'Usage: npm run record:report -- <judge.json> <name.json> --label LABEL --label LABEL ...',
    );
  const to = join(FOLDER, name);
  const judged = JSON.parse(readFileSync(from, 'utf8')) as Judged;
  writeWhole(to, `${JSON.stringify(withReport(await readResult(to), judged, values.label))}\n`);
  console.log(`${to}: report of ${values.label.join('; ')} on ${judged.report.options.n} test images.`);
  return 0;
}

if (process.argv[1]?.endsWith('record-report.ts')) await runCommand(() => main(process.argv.slice(2)));
