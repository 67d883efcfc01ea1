/** What the mini-program says, in Chinese. `{name}` is filled in by `say`. */
export const zhHans = {
  home: '首页',
  categories: '分类',
  cart: '购物车',
  me: '我的',

  loading: '加载中',
  retry: '重试',
  nothingHere: '这里还没有内容',
  offline: '网络未连接',
  offlineHint: '请检查网络后重试',
  failed: '出了点问题',
  tooSlow: '网络太慢，请重试',
  moduleOff: '本店没有开通这个功能',
  noMore: '没有更多了',
  signInFailed: '暂时无法登录，请重试',

  announcement: '公告',
  chosen: '店主推荐',
  newest: '新品',
  emptyShop: '店主正在上架商品',
  allProducts: '全部',
  soldOut: '售罄',
  from: '起',

  addToCart: '加入购物车',
  buyNow: '立即购买',
  added: '已加入购物车',
  choose: '请选择',
  chooseFirst: '请先选择{name}',
  quantity: '数量',
  stockLeft: '剩 {count} 件',
  details: '商品详情',
  photo: '图片 {at} / {of}',
  close: '关闭',
  total: '合计',
  cartEmpty: '购物车是空的',
  lookAround: '去逛逛',
  noLongerForSale: '已失效',

  signIn: '登录',
  signInHint: '登录后可查看订单',
  visitor: '未登录',
  customer: '微信用户',
  language: '语言',
  signOut: '退出登录',
  callShop: '联系店主',
};

export type Word = keyof typeof zhHans;
export type Words = Record<Word, string>;
