import type { Chart } from '../../charts/chart.tsx';
import { paperFor } from '../paper.ts';
import { TradeOffPlane } from '../TradeOffPlane.tsx';

export const tradeOff: Chart = {
  id: 'trade-off',
  Draw: ({ view }) => <TradeOffPlane runs={view.runs} paper={paperFor(view).figures} />,
};
