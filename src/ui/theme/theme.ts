/** Look of the page and of the contestants. */
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // White text on it keeps 4.5:1 in both schemes.
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
});

/** Secondary text that keeps 4.5:1 on every surface of the page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-body': '#fbfbfd',
    '--mantine-color-anchor': '#364fc7',
  },
  dark: { '--mantine-color-dimmed': '#b8bcc4' },
});

/** Colour, dash and marker per contestant, so that no chart depends on colour alone. Chosen after Okabe & Ito. */
export const STYLES = [
  { colour: '#0072b2', dash: '', marker: 'circle' },
  { colour: '#d55e00', dash: '6 3', marker: 'square' },
  { colour: '#7b4fc9', dash: '', marker: 'triangle' },
  { colour: '#009e73', dash: '2 3', marker: 'diamond' },
  { colour: '#cc4a8f', dash: '8 3 2 3', marker: 'star' },
  { colour: '#8a6d00', dash: '4 4', marker: 'cross' },
  { colour: '#3f7f93', dash: '10 4', marker: 'wye' },
  { colour: '#7a7a7a', dash: '1 3', marker: 'circle' },
] as const;

export const styleOf = (index: number) => STYLES[Math.max(0, index) % STYLES.length];
