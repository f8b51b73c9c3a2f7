import { Accordion, Anchor, Code, Button, List, SegmentedControl, Stack, Text } from '@mantine/core';
import { memo, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { useCopy } from '../shared/copy.ts';
import { downloadBlob } from '../shared/download.ts';
import { BUILD } from '../state/store.ts';
import { cifarOfConfig, type Cifar } from './cifar-of-config.ts';
import { CLUSTER_FOLDER, clusterArchive, clusterCommands } from './cluster-archive.ts';
import { officialCommand } from './official-commands.ts';
import { experimentCommand } from './experiment-command.ts';
import { inShell, likelyShell, SHELL_NAMES, SHELLS, type Shell } from './shells.ts';

interface CommandProps {
  /** Written for a POSIX shell. */
  readonly command: string;
  readonly label: string;
  readonly shell: Shell;
}

function Command({ command: posix, label, shell }: CommandProps) {
  const command = inShell(posix, shell);
  const { state, copy } = useCopy();
  return (
    <Stack gap="2xs" align="flex-start" w="100%">
      <Code block tabIndex={0} aria-label={label} style={{ width: '100%', overflowX: 'auto' }}>
        {command}
      </Code>
      <Button size="compact-xs" variant="default" onClick={() => copy(command)}>
        {state === 'copied' ? 'Copied' : 'Copy'}
      </Button>
      {state === 'refused' && (
        <Text size="xs" role="status">
          The browser did not allow copying: select the command and copy it by hand.
        </Text>
      )}
    </Stack>
  );
}

interface ClusterProps {
  readonly config: ExperimentConfig;
  readonly cifar: Cifar;
}

/** Downloads the zip for training this experiment in PyTorch, and shows the commands for it. */
function ClusterArchive({ config, cifar }: ClusterProps) {
  const [error, setError] = useState<string | null>(null);
  const { one, sweep } = clusterCommands(config, cifar);
  const save = async () => {
    setError(null);
    try {
      const bytes = await clusterArchive(config, cifar, BUILD.appVersion, BUILD.commit);
      downloadBlob(new Blob([bytes], { type: 'application/zip' }), `${CLUSTER_FOLDER}.zip`);
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">
        The zip holds these settings, the training code in Python, the requirements with versions and a
        README. It needs Python, PyTorch and numpy; the same seed draws the same images, weights and batches
        as here.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void save()}>
        Download {CLUSTER_FOLDER}.zip
      </Button>
      {error !== null && (
        <Text size="sm" role="alert">
          {error}
        </Text>
      )}
      <Text size="sm">Unpack it, and in its folder train on one GPU or several:</Text>
      <Command command={one} label="Command line for a cluster" shell="posix" />
      <Text size="sm">or several seeds as jobs of Slurm:</Text>
      <Command command={sweep} label="Command lines for several seeds" shell="posix" />
      <Text size="sm">Open results/result.json, or merged.json, on this page with Import JSON.</Text>
    </Stack>
  );
}

interface Props {
  readonly config: ExperimentConfig;
  /** The provenance of the data, if the experiment was run. */
  readonly provenance: string | undefined;
}

/** Command lines of the same experiment without this page, and of the most similar one in each official code. */
export const CommandLines = memo(function CommandLines({ config, provenance }: Props) {
  const cifar = cifarOfConfig(config, provenance);
  const own = experimentCommand(config, cifar);
  const [shell, setShell] = useState<Shell>(() => likelyShell(navigator.platform));
  return (
    <Stack gap="xs" align="stretch">
      <SegmentedControl
        aria-label="Shell"
        size="xs"
        value={shell}
        onChange={(value) => setShell(value as Shell)}
        data={SHELLS.map((value) => ({ value, label: SHELL_NAMES[value] }))}
        style={{ alignSelf: 'flex-start' }}
      />
      <Accordion variant="separated" order={4} multiple>
        <Accordion.Item value="own">
          <Accordion.Control>This project, without the page (Node)</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              <Command command={own.command} label="Command line of this project" shell={shell} />
              {own.notes.map((note) => (
                <Text key={note} size="sm">
                  {note}
                </Text>
              ))}
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="cluster">
          <Accordion.Control>A cluster: PyTorch under torchrun</Accordion.Control>
          <Accordion.Panel>
            <ClusterArchive config={config} cifar={cifar} />
          </Accordion.Panel>
        </Accordion.Item>
        {config.contestants.map((contestant) => {
          const official = officialCommand(config, contestant, cifar);
          if (!official) return null;
          const { command, repository, differences } = official;
          return (
            <Accordion.Item key={contestant.label} value={`official|${contestant.label}`}>
              <Accordion.Control>{contestant.label}: official PyTorch code</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="xs">
                  <Anchor
                    href={repository}
                    target="_blank"
                    rel="noreferrer"
                    size="sm"
                    c="var(--mantine-color-text)"
                    underline="always"
                  >
                    {repository}
                  </Anchor>
                  <Command
                    command={command}
                    label={`Official command line for ${contestant.label}`}
                    shell={shell}
                  />
                  <Text size="sm" fw={500}>
                    Differences that this command cannot express:
                  </Text>
                  <List size="sm">
                    {differences.map((d) => (
                      <List.Item key={d}>{d}</List.Item>
                    ))}
                  </List>
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          );
        })}
      </Accordion>
    </Stack>
  );
});
