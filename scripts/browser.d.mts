export const PLAIN_ARGS: string[];
export const WEBGPU_ARGS: string[];
export function findBrowser(): Promise<string | null>;
export function ensureBrowser(): Promise<string>;
