"""Names of the demonstration city's places. All invented; English names are their pinyin."""

CITY = ("云州市", "Yunzhou")


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`鼓楼 Gulou;钟楼 Zhonglou` as pairs: a list of names is easier to read in running text."""
    made = (part.partition(" ") for part in text.split(";"))
    return tuple((chinese, english) for chinese, _, english in made)


DISTRICTS = _pairs(
    "中城 Zhongcheng;北苑 Beiyuan;西关 Xiguan;南浦 Nanpu;临江 Linjiang;东泽 Dongze;"
    "青岭 Qingling;云麓 Yunlu;凤栖 Fengqi;棠溪 Tangxi"
)

STREETS = _pairs(
    "鼓楼 Gulou;钟楼 Zhonglou;文昌 Wenchang;学院 Xueyuan;锦绣 Jinxiu;人和 Renhe;古槐 Guhuai;"
    "望江 Wangjiang;滨河 Binhe;河西 Hexi;桥东 Qiaodong;柳荫 Liuyin;桃园 Taoyuan;梅园 Meiyuan;"
    "兰亭 Lanting;竹溪 Zhuxi;菊园 Juyuan;松涛 Songtao;枫林 Fenglin;银杏 Yinxing;白塔 Baita;"
    "青石 Qingshi;红砖 Hongzhuan;紫薇 Ziwei;丹霞 Danxia;碧波 Bibo;清泉 Qingquan;流云 Liuyun;"
    "晨光 Chenguang;晚晴 Wanqing;朝阳里 Chaoyangli;向荣 Xiangrong;永泰 Yongtai;"
    "长宁里 Changningli;安澜 Anlan;崇德 Chongde;明礼 Mingli;尚义 Shangyi;守信 Shouxin;"
    "致远 Zhiyuan;登科 Dengke;书院 Shuyuan;驿站 Yizhan;码头 Matou;渡口 Dukou;船厂 Chuanchang;"
    "纺织 Fangzhi;机床 Jichuang;铁路 Tielu;车站 Chezhan;新华里 Xinhuali;建设路 Jianshelu;"
    "科创 Kechuang;软件园 Ruanjianyuan;会展 Huizhan;体育 Tiyu;植物园 Zhiwuyuan;湖滨 Hubin;"
    "湖东 Hudong;荷塘 Hetang;稻香 Daoxiang;麦田 Maitian;果园 Guoyuan;茶山 Chashan;石门 Shimen;"
    "龙井沟 Longjinggou;凤鸣 Fengming;鹿鸣 Luming;鹤岭 Heling;雁回 Yanhui;燕子矶头 Yanzijitou;"
    "双桥 Shuangqiao;三里 Sanli;五里 Wuli;七星 Qixing;八角亭 Bajiaoting;九曲 Jiuqu;"
    "十里铺 Shilipu;百花 Baihua;千峰 Qianfeng;万松 Wansong;大坪 Daping;小河 Xiaohe;"
    "上湾 Shangwan;下湾 Xiawan;前港 Qiangang;后港 Hougang;沙洲 Shazhou;石桥 Shiqiao;土门 Tumen;"
    "金盆 Jinpen;银河 Yinhe;玉泉 Yuquan;翠屏 Cuiping;黛山 Daishan;朱家湾 Zhujiawan;"
    "温泉 Wenquan;寒亭里 Hantingli;春申里 Chunshenli;秋实 Qiushi"
)

FIRST = _pairs(
    "锦 Jin;和 He;安 An;福 Fu;康 Kang;兴 Xing;永 Yong;新 Xin;东 Dong;西 Xi;南 Nan;北 Bei;"
    "金 Jin;银 Yin;春 Chun;秋 Qiu;文 Wen;景 Jing;瑞 Rui;祥 Xiang;清 Qing;紫 Zi;翠 Cui;明 Ming;"
    "怡 Yi;华 Hua"
)

SECOND = _pairs(
    "苑 yuan;园 yuan;湖 hu;桥 qiao;泉 quan;平 ping;宁 ning;源 yuan;庆 qing;溪 xi;林 lin;"
    "塘 tang;坊 fang;庭 ting;洲 zhou;港 gang;丰 feng;盛 sheng;达 da;景台 jingtai;竹 zhu;梅 mei;"
    "岗 gang;井 jing;里 li;巷 xiang"
)
"""Communities take a first and a second part."""

ROADS = [
    "滨江",
    "云峰",
    "解元",
    "望湖",
    "长堤",
    "青云",
    "学府",
    "育才",
    "和顺",
    "同心",
    "迎晖",
    "丰泽",
    "翠微",
    "锦江",
    "红枫",
    "白杨",
    "桂花",
    "玉兰",
    "石榴",
    "合欢",
    "听雨",
    "观澜",
    "临溪",
    "环山",
    "古驿",
    "南市",
    "北市",
    "东门",
    "西门",
    "粮仓",
    "油坊",
    "盐仓",
    "布市",
    "花市",
    "灯塔",
    "航运",
    "工匠",
    "创新",
    "启航",
    "腾飞",
]

ROAD_KINDS = ["路", "街", "大道", "巷", "东路", "西路", "南街", "北街"]

ESTATES = [
    "锦绣花园",
    "和顺家园",
    "望江新城",
    "翠湖雅居",
    "云峰小区",
    "学府名苑",
    "同心里小区",
    "丰泽公寓",
    "红枫丽景",
    "白杨小区",
    "桂花园",
    "玉兰苑",
    "听雨轩",
    "观澜府",
    "临溪新村",
    "古驿花园",
]
"""Housing estates; the same names recur through the city, as they do in life."""
