/** A method that is written as formulas: what it asks of the network, what it costs, and what is odd about it. */
import { formulaOf, type Formula } from './check.ts';

export interface OwnMethod {
  /** What the attack ascends. */
  readonly objective: Formula;
  readonly first: Formula;
  /** Null: the loss is the first term alone, and there is no conflict. */
  readonly second: Formula | null;
}

/** The texts, as the switches hold them. */
export interface OwnMethodTexts {
  readonly attackObjective: string;
  readonly firstTerm: string;
  readonly secondTerm: string;
}

/** Throws FormulaError. */
export const ownMethodOf = ({ attackObjective, firstTerm, secondTerm }: OwnMethodTexts): OwnMethod => ({
  objective: formulaOf(attackObjective, 'objective'),
  first: formulaOf(firstTerm, 'first'),
  second: secondTerm.trim() === '' ? null : formulaOf(secondTerm, 'second'),
});

export type Image = 'x' | "x'";
export type Branch = 'clean' | 'adv';

/** Images that go through the network, in one of its BatchNorm sets. */
export interface Pass {
  readonly image: Image;
  readonly branch: Branch;
  /** Whether features of the aligned layers are asked of it. */
  readonly features: boolean;
  /** Whether a gradient goes back through it: to the weights in a term, to x' in the attack. */
  readonly gradient: boolean;
}

export const passKey = ({ image, branch }: Pick<Pass, 'image' | 'branch'>): string => `${image} ${branch}`;

/**
 * The order in which passes are made, and move running statistics: as the official codes do, x before x', and x a
 * second time behind both.
 */
const ORDER: readonly string[] = ['x clean', "x' adv", 'x adv', "x' clean"];

/** What a call of f or z, with its suffix, asks for. */
export function passOf(
  call: Formula & { kind: 'call' },
): { image: Image; branch: Branch; features: boolean } | null {
  const [arg] = call.args;
  if (arg.type !== 'image' || arg.kind !== 'name') return null;
  const image = arg.name as Image;
  const [what, branch] = call.name.split('_');
  return {
    image,
    branch: branch === 'clean' || branch === 'adv' ? branch : image === 'x' ? 'clean' : 'adv',
    features: what === 'z',
  };
}

/** Each pass once, in the order in which they are made. */
export function passesIn(formulas: readonly (Formula | null)[]): Pass[] {
  const found = new Map<string, Pass>();
  const visit = (formula: Formula, live: boolean): void => {
    switch (formula.kind) {
      case 'negation':
        return visit(formula.operand, live);
      case 'operation':
        visit(formula.left, live);
        return visit(formula.right, live);
      case 'call': {
        const pass = passOf(formula);
        if (!pass) return formula.args.forEach((arg) => visit(arg, live && formula.name !== 'sg'));
        const key = passKey(pass);
        const before = found.get(key);
        const features = pass.features || (before?.features ?? false);
        found.set(key, { ...pass, features, gradient: live || (before?.gradient ?? false) });
      }
    }
  };
  for (const formula of formulas) if (formula) visit(formula, true);
  return ORDER.flatMap((key) => found.get(key) ?? []);
}

/** Whether a name or function occurs. */
export function mentions(formula: Formula | null, name: string): boolean {
  if (!formula) return false;
  switch (formula.kind) {
    case 'number':
      return false;
    case 'name':
      return formula.name === name;
    case 'negation':
      return mentions(formula.operand, name);
    case 'operation':
      return mentions(formula.left, name) || mentions(formula.right, name);
    case 'call':
      return formula.name === name || formula.args.some((arg) => mentions(arg, name));
  }
}

const terms = ({ first, second }: OwnMethod) => [first, second];

/** Without x' in the terms there is nothing to attack for. */
export const needsAttack = (own: OwnMethod): boolean => terms(own).some((term) => mentions(term, "x'"));

export const usesBalance = ({ objective, ...own }: OwnMethod): boolean =>
  [objective, ...terms({ objective, ...own })].some((formula) => mentions(formula, 'a'));

export const usesPredictor = (own: OwnMethod): boolean => terms(own).some((term) => mentions(term, 'h'));

/** Without split BN both sets are one: an image goes through it once. */
function distinct(passes: readonly Pass[], splitBn: boolean): Pass[] {
  if (splitBn) return [...passes];
  const images = new Map<Image, Pass>();
  for (const pass of passes) {
    const before = images.get(pass.image);
    images.set(pass.image, { ...pass, gradient: pass.gradient || (before?.gradient ?? false) });
  }
  return [...images.values()];
}

/**
 * Network passes per training image and step, as `MethodInfo.passes` counts them: forward 1, gradient of the image 1,
 * gradient of everything 2.
 */
export function passCount(own: OwnMethod, splitBn: boolean, attackSteps: number): number {
  const inTerms = distinct(passesIn(terms(own)), splitBn);
  const trained = inTerms.reduce((sum, { gradient }) => sum + (gradient ? 3 : 1), 0);
  if (!needsAttack(own)) return trained;
  const inAttack = distinct(passesIn([own.objective]), splitBn);
  const once = inAttack.filter(({ image }) => image === 'x').length;
  const eachStep = inAttack
    .filter(({ image }) => image === "x'")
    .reduce((sum, { gradient }) => sum + (gradient ? 2 : 1), 0);
  return trained + once + attackSteps * eachStep;
}

/** What is allowed and probably not meant, a sentence each. */
export function oddities(own: OwnMethod, splitBn: boolean): string[] {
  const out: string[] = [];
  if (!needsAttack(own))
    out.push('No term has x′: the method trains on clean images alone, and there is no attack.');
  if (splitBn && !passesIn(terms(own)).some(({ branch, gradient }) => branch === 'adv' && gradient))
    out.push(
      'No term trains the adversarial BatchNorm set, through which images go when the model is judged: share one set, or write f_adv(x).',
    );
  return out;
}
