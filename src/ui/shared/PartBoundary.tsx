/** Shows an error in place of a part of the page that fails. Other parts and a running race are not affected. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { LoadError } from './retried-import.ts';

interface Props {
  /** Name of the part, for the title of the error: `The race's charts`. */
  readonly name: string;
  /** What still works. */
  readonly rest?: string;
  /** Called before the part is drawn again. */
  readonly onRetry?: () => void;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

function sentence(error: Error): string {
  return error instanceof LoadError
    ? `${error.message} If that repeats, this page may be older than its files on the server: reload it.`
    : `An error stopped it: ${error.message.split('\n')[0] || error.name}.`;
}

export class PartBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  private readonly retry = () => {
    this.props.onRetry?.();
    this.setState({ error: null });
  };

  override render() {
    const { error } = this.state;
    const { name, rest = 'The rest of the page works, and a race that runs goes on.' } = this.props;
    if (!error) return this.props.children;
    return (
      <Alert
        color="red"
        role="alert"
        title={`${name} cannot be shown`}
        styles={{ title: { color: 'var(--mantine-color-text)' } }}
      >
        <Text size="sm" mb="xs">
          {sentence(error)} {rest}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={this.retry}>
            Try again
          </Button>
          {error instanceof LoadError && (
            <Button size="xs" variant="default" onClick={() => window.location.reload()}>
              Reload the page
            </Button>
          )}
        </Group>
      </Alert>
    );
  }
}
