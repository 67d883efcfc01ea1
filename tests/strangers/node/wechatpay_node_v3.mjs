// The merchant's day with npm's wechatpay-node-v3: its HTTP service gets another base address.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import WxPay from 'wechatpay-node-v3';
import { control, finish, given, listen, step } from './stage.mjs';

const require = createRequire(import.meta.url);
const { PayRequest } = require('wechatpay-node-v3/dist/lib/pay-request.js');
const { pay, directAppid, directOpenid } = given;
const listener = await listen();

const inner = new PayRequest();
const moved = (url) => url.replace('https://api.mch.weixin.qq.com', given.base);
const wxpay = new WxPay({
  appid: directAppid,
  mchid: pay.sp_mchid,
  serial_no: pay.merchant_serial_no,
  publicKey: Buffer.from(given.merchantCertificate),
  privateKey: Buffer.from(pay.merchant_private_key_pem),
  key: pay.apiv3_key,
});
wxpay.createHttp({
  get: (url, headers) => inner.get(moved(url), headers),
  post: (url, params, headers) => inner.post(moved(url), params, headers),
  upload: (url, params, headers) => inner.upload(moved(url), params, headers),
});

await step('read the serial number of the merchant certificate', async () => {
  assert.equal(wxpay.getSN(Buffer.from(given.merchantCertificate)).toUpperCase(), pay.merchant_serial_no);
});

await step('download the certificates first', async () => {
  const [certificate] = await wxpay.get_certificates(pay.apiv3_key);
  assert.match(certificate.publicKey, /PUBLIC KEY/);
});

await step('prepay, be paid, verify and open the callback', async () => {
  const made = await wxpay.transactions_jsapi({
    description: '茶', out_trade_no: 'NODE-0001', notify_url: listener.url,
    amount: { total: 100 }, payer: { openid: directOpenid },
  });
  assert.equal(made.status, 200, JSON.stringify(made));
  const sheet = { ...made.data, appid: directAppid, openid: directOpenid, wait: true };
  const paid = await control('POST', 'pay', sheet);
  assert.equal(paid.errMsg, 'requestPayment:ok', JSON.stringify(paid));
  const { headers, body } = listener.received.at(-1);
  const isSigned = await wxpay.verifySign({
    body, signature: headers['wechatpay-signature'], serial: headers['wechatpay-serial'],
    nonce: headers['wechatpay-nonce'], timestamp: headers['wechatpay-timestamp'],
  });
  assert.ok(isSigned);
  const { ciphertext, associated_data: data, nonce } = JSON.parse(body).resource;
  assert.equal(wxpay.decipher_gcm(ciphertext, data, nonce, pay.apiv3_key).out_trade_no, 'NODE-0001');
});

await step('query and refund', async () => {
  const found = await wxpay.query({ out_trade_no: 'NODE-0001' });
  assert.equal(found.data.trade_state, 'SUCCESS');
  const made = await wxpay.refunds({
    out_trade_no: 'NODE-0001', out_refund_no: 'NODE-R1',
    amount: { refund: 100, total: 100, currency: 'CNY' },
  });
  assert.equal(made.data.status, 'PROCESSING', JSON.stringify(made));
  const refund = await wxpay.find_refunds('NODE-R1');
  assert.equal(refund.data.out_refund_no, 'NODE-R1');
});

await step('close an unpaid order', async () => {
  await wxpay.transactions_native({
    description: '茶', out_trade_no: 'NODE-0002', notify_url: listener.url, amount: { total: 1 },
  });
  assert.equal((await wxpay.close('NODE-0002')).status, 204);
});

await step('apply for a trade bill', async () => {
  const { now } = await control('GET', 'clock');
  await control('POST', 'clock', { advance_seconds: 2 * 86400 });
  const made = await wxpay.tradebill({ bill_date: now.slice(0, 10), bill_type: 'ALL' });
  assert.match(JSON.stringify(made), /交易时间|download_url/);
});

listener.close();
finish();
