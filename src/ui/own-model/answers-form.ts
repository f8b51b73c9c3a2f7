/** The fields of the dialog about a weight file, and the answers in them. Pure functions. */
import { networkCost, type Architecture } from '../../core/nn/architecture.ts';
import {
  CIFAR_10_STANDARDISATION,
  inputFault,
  type InputTransform,
  type ModelAnswers,
} from '../../core/nn/model-answers.ts';

/** What is in the fields: texts as typed. */
export interface AnswersForm {
  readonly label: string;
  readonly prefix: string;
  readonly stemStride: 1 | 2;
  readonly kind: InputTransform['kind'];
  readonly scale: string;
  readonly mean: string;
  readonly std: string;
  readonly bnSet: ModelAnswers['bnSet'];
}

const DEFAULT_SCALE = 4;

/** The name that is suggested: that of the contestant that trained it, or of the file. */
export const suggestedLabel = (fileName: string, label: string | null): string =>
  (label === null ? fileName.replace(/\.safetensors$/i, '') : `${label} (file)`).trim().slice(0, 80) ||
  'Opened model';

export function formOf(label: string, { prefix, stemStride, input, bnSet }: ModelAnswers): AnswersForm {
  const { mean, std } = input.kind === 'standardise' ? input : CIFAR_10_STANDARDISATION;
  const scale = input.kind === 'scale' ? input.scale : DEFAULT_SCALE;
  return {
    label,
    prefix,
    stemStride,
    kind: input.kind,
    scale: String(scale),
    mean: mean.join(', '),
    std: std.join(', '),
    bnSet,
  };
}

/** `0.5, 0.5, 0.5` or `0.5 0.5 0.5`; no number for a part that is none. */
const numbersIn = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);

/** The answers, or what is wrong with the fields in one sentence. */
export function answersOf(form: AnswersForm): ModelAnswers | string {
  const { prefix, stemStride, kind, scale, mean, std, bnSet } = form;
  if (form.label.trim() === '') return 'The model needs a name.';
  const inputs: Readonly<Record<InputTransform['kind'], InputTransform>> = {
    none: { kind: 'none' },
    scale: { kind: 'scale', scale: scale.trim() === '' ? NaN : Number(scale) },
    standardise: { kind: 'standardise', mean: numbersIn(mean), std: numbersIn(std) },
  };
  const input = inputs[kind];
  return inputFault(input) ?? { prefix, stemStride, input, bnSet };
}

/** `a ResNet of width 64, blocks 2, 2, 2, 2, 10 classes, 11.2 M parameters, two BatchNorm sets`. */
export function architectureText(architecture: Architecture): string {
  const { family, width, blocks, classes, splitBn } = architecture;
  const { parameters } = networkCost({ ...architecture, stemStride: 1 });
  const millions =
    parameters >= 1e6 ? `${(parameters / 1e6).toFixed(1)} M` : `${Math.ceil(parameters / 1000)} k`;
  const kind = family === 'wide' ? 'a wide ResNet' : 'a ResNet';
  return `${kind} of width ${width}, blocks ${blocks.join(', ')}, ${classes} classes, ${millions} parameters, ${splitBn ? 'two BatchNorm sets' : 'one BatchNorm set'}`;
}
