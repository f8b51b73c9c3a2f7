/** Saves files to the visitor's disk. They are blobs of this page: nothing is sent. */

/**
 * A file name of the parts, joined by dashes, with only letters, digits, `.`, `-` and `_`: `arat-demo-2026-01-02.json`.
 */
export function fileName(parts: readonly string[], extension: string): string {
  const base = parts
    .map((p) => p.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, ''))
    .filter(Boolean)
    .join('-')
    .slice(0, 100);
  return `${base || 'arat-playground'}.${extension}`;
}

export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

export function downloadText(text: string, name: string, type: string): void {
  downloadBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);
}
