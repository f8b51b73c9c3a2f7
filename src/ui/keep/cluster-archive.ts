/** Makes a zip for training an experiment elsewhere: the settings, the Python package scale/ and a README. */
import { SOURCES, type DataSource } from '../../core/data/sources/catalogue.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import type { Cifar } from './cifar-of-config.ts';

export const CLUSTER_FOLDER = 'arat-experiment';

/** Settings for scale/, which cannot read the page's own images: as many images of the same classes from CIFAR-10. */
const elsewhere = (config: ExperimentConfig): ExperimentConfig =>
  config.dataset.source === 'embedded' ? withSource(config, 'cifar10') : config;

/** The commands of the archive's README, for a POSIX shell in its folder. */
export function clusterCommands(config: ExperimentConfig, cifar: Cifar): Record<'one' | 'sweep', string> {
  const synthetic = config.dataset.source === 'synthetic';
  const archive = cifar === 'CIFAR-100' ? 'cifar-100-python.tar.gz' : 'cifar-10-python.tar.gz';
  const data = synthetic ? '' : ` --data ${archive}`;
  return {
    one: `torchrun --standalone --nproc_per_node=1 -m scale.train experiment.json${data} --out results`,
    sweep: [
      `python3 -m scale.plan experiment.json --seeds 3${data} --out sweep`,
      'sbatch sweep/array.slurm    # or: bash sweep/loop.sh',
      'python3 -m scale.merge sweep/*/ --out merged.json',
    ].join('\n'),
  };
}

function readme(config: ExperimentConfig, shown: DataSource, cifar: Cifar, appVersion: string): string {
  const { one, sweep } = clusterCommands(config, cifar);
  const { source } = config.dataset;
  const data =
    SOURCES[source].kind === 'files' || source === 'cifar10'
      ? `It trains on ${cifar}: put the archive of https://www.cs.toronto.edu/~kriz/cifar.html, the Python or the binary version, into this folder.\n`
      : 'It generates its images and needs no data.\n';
  const moved =
    shown === 'embedded'
      ? `On the page, it trained on the images that come with the page; here, it trains on as many images of the same classes from ${cifar}.\n`
      : '';
  return `# An experiment of the ARAT Playground ${appVersion}, in PyTorch

${config.contestants.map(({ label }) => `- ${label}`).join('\n')}

It needs Python 3.8 or later: \`pip install -r requirements.txt\` installs PyTorch and numpy, whose versions it states.
${data}${moved}
## Train it

    ${one}

\`--nproc_per_node=4\` uses four GPUs. After a stop the same command resumes after the last finished epoch. \`--help\` lists the options.
The torchrun of Debian 12 also needs \`--redirects 1 --tee 1\`; \`python3 -m scale.train\` in place of torchrun uses one process.

## Several seeds, one job each

${sweep
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}

## Bring the results back

Copy \`results/result.json\` (or \`merged.json\`) to your machine and open it in the page: Runs, Import JSON. Every folder below \`results\` holds the weights of a model, \`weights.safetensors\`,
under the names of the official code.
`;
}

/**
 * The bytes of the zip, which has one folder with README.md, experiment.json, requirements.txt and scale/. `commit`:
 * of scale/, which its results state.
 */
export async function clusterArchive(
  shown: ExperimentConfig,
  cifar: Cifar,
  appVersion: string,
  commit?: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const config = elsewhere(shown);
  const [{ CLUSTER_FILES, REQUIREMENTS }, { configure, TextReader, Uint8ArrayWriter, ZipWriter }] =
    await Promise.all([import('./cluster-files.ts'), import('@zip.js/zip.js/lib/zip-core-native.js')]);
  const files = new Map([
    ['README.md', readme(config, shown.dataset.source, cifar, appVersion)],
    ['experiment.json', `${JSON.stringify(config, null, 1)}\n`],
    ['requirements.txt', REQUIREMENTS],
    ...CLUSTER_FILES,
    ...(commit === undefined ? [] : [['scale/commit.txt', `${commit}\n`] as const]),
  ]);
  // The page's policy allows no worker from a blob, and the files are small.
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, text] of files) await zip.add(`${CLUSTER_FOLDER}/${name}`, new TextReader(text));
  return zip.close();
}
