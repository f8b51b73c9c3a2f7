/** Elements of MathML Core, which browsers display without a library. React has no JSX types for them. */
import { createElement, type ReactElement, type ReactNode } from 'react';

export const m = (tag: string, ...children: ReactNode[]): ReactElement =>
  createElement(tag, null, ...children);
export const row = (...children: ReactNode[]) => m('mrow', ...children);
export const operator = (text: string) => m('mo', text);
/** A name or letter; browsers set a single letter in italics and several letters upright. */
export const name = (text: string) => m('mi', text);
/** The parentheses keep the size of the text, also in a browser without a font for mathematics. */
const fence = (text: string) => createElement('mo', { stretchy: 'false' }, text);
export const inParentheses = (inner: ReactNode) => row(fence('('), inner, fence(')'));
/** The letter with a prime. */
export const primed = (letter: string) => m('msup', name(letter), operator('′'));
