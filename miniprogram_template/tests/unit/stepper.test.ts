import { expect, test, vi } from 'vitest';
import { draw, wechat } from './pages';

test('a number that is too high or none is replaced in the field, also by what stood there before', async () => {
  wechat(() => ({ statusCode: 500 }));
  const stepper = await draw(() => import('../../miniprogram/components/stepper/stepper'));
  stepper.setData({ value: 5, min: 1, max: 5, typed: '5' });
  const written = vi.spyOn(stepper, 'setData');
  for (const value of ['9', '']) {
    stepper.write({ detail: { value } });
    expect(written).toHaveBeenLastCalledWith({ typed: value });
    stepper.type({ detail: { value } });
    expect(stepper.data.typed).toBe('5');
  }
});
