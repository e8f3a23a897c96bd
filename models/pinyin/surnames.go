package pinyin

// surnames are those that are said otherwise than their character alone, compound ones with a space between syllables.
// Source: 现代汉语词典 (7th ed.), the readings marked 姓.
var surnames = map[string]string{
	"乐": "yue", "仇": "qiu", "佴": "nai", "区": "ou", "单": "shan", "卜": "bu", "句": "gou", "召": "shao", "员": "yun",
	"折": "she", "曾": "zeng", "朴": "piao", "查": "zha", "洗": "xian", "盖": "ge", "祭": "zhai", "种": "chong", "秘": "bi",
	"粘": "nian", "繁": "po", "缪": "miao", "翟": "zhai", "能": "nai", "薄": "bo", "藏": "zang", "覃": "qin", "解": "xie",
	"郇": "xun", "都": "du", "重": "chong", "阚": "kan", "隗": "wei", "黑": "he",
	"万俟": "mo qi", "单于": "chan yu", "尉迟": "yu chi", "澹台": "tan tai", "乐正": "yue zheng",
}
