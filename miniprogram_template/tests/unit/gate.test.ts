import { expect, test, vi } from 'vitest';
import { draw, wechat } from './pages';

async function gate() {
  wechat(() => ({ statusCode: 500 }), {
    getPrivacySetting: vi.fn(({ success }) => success({ privacyContractName: 'Guide' })),
  });
  const self = await draw(() => import('../../miniprogram/components/privacy-gate/privacy-gate'));
  return { self, asked: self.gate() as (resolve: unknown) => void };
}

test('whoever asks while the gate is open gets the same answer', async () => {
  const { self, asked } = await gate();
  const [first, second] = [vi.fn(), vi.fn()];
  asked(first);
  asked(second);
  expect(wx.getPrivacySetting).toHaveBeenCalledOnce();
  self.agreed();
  for (const resolve of [first, second]) {
    expect(resolve.mock.calls).toEqual([[{ event: 'agree', buttonId: 'agree' }]]);
  }
});

test('who leaves the page without an answer has not agreed', async () => {
  const { self, asked } = await gate();
  const resolve = vi.fn();
  asked(resolve);
  self.lifetimes.detached.call(self);
  expect(resolve.mock.calls).toEqual([[{ event: 'disagree' }]]);
});
