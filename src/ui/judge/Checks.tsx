import { Anchor, List, Stack } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { CheckResult, RobustnessReport } from '../../core/result/stress-report.ts';
import { Notice } from '../shared/Notice.tsx';

interface Props {
  readonly report: RobustnessReport;
  readonly labels: readonly string[];
}

const anchor = (id: string) => `why-check-${id}`;

function Flags({ flags }: { readonly flags: readonly CheckResult[] }) {
  return (
    <Notice color="orange" icon={<IconAlertTriangle />} title={`Sanity checks: ${flags.length} to look at`}>
      <List size="sm" spacing="2xs">
        {flags.map((flag) => (
          <List.Item key={`${flag.id}|${flag.label}`}>
            <b>{flag.label}</b>: {flag.message}{' '}
            <Anchor size="sm" href={`#${anchor(flag.id)}`} onClick={(e) => jump(e, anchor(flag.id))}>
              Why this matters
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}

/** Opens the reasons and scrolls to one. The address stays the same, because its fragment may hold a shared result. */
function jump(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  const target = document.getElementById(id);
  const fold = target?.closest('details');
  if (fold) fold.open = true;
  target?.scrollIntoView({ block: 'center' });
  target?.focus();
}

/** The flags that the report's sanity checks raised, and the reason for each check. */
export function Checks({ report, labels }: Props) {
  const flags = report.checks.filter((c) => c.message !== null);
  const first = report.checks.filter((c) => c.label === labels[0]);
  return (
    <Stack gap="xs" data-testid="checks">
      {flags.length > 0 ? (
        <Flags flags={flags} />
      ) : (
        <Notice
          color="teal"
          icon={<IconInfoCircle />}
          title={report.complete ? 'No sanity check raised a flag' : 'No flag so far'}
        >
          {report.complete
            ? 'That makes gradient masking less likely; it does not prove robustness. Checks that need an attack of a longer report were not made.'
            : 'The checks that need the missing attacks were not made.'}
        </Notice>
      )}
      <details>
        <summary className="small-summary">What is checked, and why</summary>
        <List size="sm" spacing="2xs" mt="xs">
          {first.map(({ id, title, why }) => (
            <List.Item key={id} id={anchor(id)} tabIndex={-1}>
              <b>{title}.</b> {why}
            </List.Item>
          ))}
        </List>
      </details>
    </Stack>
  );
}
