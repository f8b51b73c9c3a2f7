import type { Chart } from '../../charts/chart.tsx';
import { BnPicture } from '../BnPicture.tsx';

export const batchStatistics: Chart = {
  id: 'batch-statistics',
  Draw: ({ view }) => <BnPicture view={view} />,
};
