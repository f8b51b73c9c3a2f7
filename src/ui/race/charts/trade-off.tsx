import type { Chart } from '../../charts/chart.tsx';
import { paperFor } from '../paper.ts';
import { TradeOffPlane } from '../TradeOffPlane.tsx';

export const tradeOff: Chart = {
  id: 'trade-off',
  Draw: ({ view }) => <TradeOffPlane view={view} paper={paperFor(view)?.figures ?? []} />,
};
