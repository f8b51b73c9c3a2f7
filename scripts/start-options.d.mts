export type StartOptions =
  | { readonly host: string | true | undefined; readonly port: number; readonly open: boolean }
  | { readonly error: string };

export function readStartOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions;

export function addressWords(served: {
  readonly local: readonly string[];
  readonly network: readonly string[];
  readonly address: string;
  readonly host: string | true | undefined;
}): string[];
