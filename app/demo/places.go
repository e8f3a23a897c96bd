package demo

import (
	"fmt"
	"strings"

	"shanzhi/models"
)

// County is the name of the made-up county: the root unit.
const County = "青禾县"

// The post classes of the county: comparison groups of the assessment.
const (
	Leaders  = "乡镇领导"
	Windows  = "乡镇便民服务窗口"
	Villages = "村（社区）干部"
)

// office is the department that manages the leaders of townships.
const office = "县委组织部"

// provider is the social organization that takes over services.
const provider = "青禾县暖阳社会工作服务中心"

// place is a unit to be made, below the unit named parent.
type place struct {
	name, parent string
	kind         models.UnitKind
}

// township is a township with its people in the order of their staff numbers: the first leader, the windows, the
// villages, the second leader.
type township struct {
	name, leader, second string
	windows              []string
	villages             []village
}

type village struct {
	name, people string // three or four people, separated by blanks
	kind         models.UnitKind
}

func (t township) center() string { return t.name + "便民服务中心" }

// townships returns the made-up townships. Some of their people have the same name, in one township or in two; some
// names are rare: their characters lie above U+FFFF and stand in the table of 通用规范汉字.
func townships() []township { return append(firstTownships(), moreTownships()...) }

func firstTownships() []township {
	return []township{
		{"柳溪镇", "周明远", "许文涛", []string{
			"王𬭁", "陈晓岚", "阿依古丽·买买提", "王建国", "欧阳静", "何志刚", "沈𬍡", "黎小燕",
		}, []village{
			{"柳溪社区", "孙丽华 马小军 吴秀英", models.Community},
			{"杨树湾村", "李𬒔 杨国庆 杨柳青", models.Village},
			{"上河村", "徐长林 徐桂芳 丁磊", models.Village},
			{"清泉村", "罗文斌 谢春梅 邓强", models.Village},
			{"东风社区", "贾红霞 常青 苗苗 白洁", models.Community},
			{"新塘村", "汪有田 汪秀梅 戴军 王建国", models.Village},
			{"花桥村", "廖正华 廖春香 范小东", models.Village},
		}},
		{"石桥镇", "韩立新", "武玉梅", []string{
			"刘芳", "张伟民", "赵雅琴", "买买提江·吐尔逊", "钱𬬮", "冯思雨", "曹建平", "任海霞",
		}, []village{
			{"石桥社区", "王建国 郑玉兰 林海涛", models.Community},
			{"大营村", "石大勇 石秀兰 高飞", models.Village},
			{"龙泉村", "龙志文 蔡红梅 田野", models.Village},
			{"李家坪村", "李广财 李素芬 彭程", models.Village},
			{"铁匠铺社区", "姜海峰 邹丽 卢晓明 万芳", models.Community},
			{"马头村", "马占山 马桂兰 马跃 申小芹", models.Village},
			{"双井村", "魏长顺 魏玉霞 薛强", models.Village},
		}},
		{"云台乡", "唐𬱖", "乔木林", []string{
			"宋雨桐", "蒋志远", "潘丽", "袁𫖯", "余海波", "方敏", "崔健华", "古丽娜尔·阿不都",
		}, []village{
			{"云台村", "江水生 江小燕 陆远", models.Village},
			{"松林村", "夏长河 夏青松 尹凤", models.Village},
			{"白鹿村", "白国强 金玉梅 侯俊", models.Village},
			{"半坡村", "段成林 段红 雷鸣", models.Village},
			{"竹溪村", "竺志高 祝春兰 闵军 闵秀云", models.Village},
			{"高岭村", "高长明 高玉珍 凌云 苗守义", models.Village},
		}},
	}
}

func moreTownships() []township {
	return []township{
		{"梅坪镇", "傅国栋", "岳青", []string{
			"单晓慧", "曾庆喜", "解文博", "柳依依", "区志成", "贺春燕", "尚武", "朱建华",
		}, []village{
			{"梅坪社区", "毛丽萍 黎明 安小琴 季东", models.Community},
			{"梅岭社区", "庄敏 文昌 路平 邱月", models.Community},
			{"梅花村", "梅长福 梅玉莲 项前", models.Village},
			{"大坝村", "康永年 康小凤 牛志国 时雨", models.Village},
			{"下坪村", "俞成业 俞桂香 熊威", models.Village},
			{"青石村", "石永固 石改花 童心 连生", models.Village},
			{"茶山村", "茅向阳 茅春蕾 涂军", models.Village},
		}},
		{"临江镇", "顾长河", "葛春", []string{
			"覃雪", "包志强", "左思敏", "张伟", "仇海燕", "符永胜", "鲁晓光", "张伟",
		}, []village{
			{"临江社区", "温静 麦家豪 易秋菊 池明", models.Community},
			{"码头社区", "江海 江燕 洪涛 柯小芬", models.Community},
			{"渔湾村", "于得水 于翠花 管平", models.Village},
			{"沙洲村", "沙万里 沙春丽 游明亮 车玉兰", models.Village},
			{"堤口村", "堵国华 屈小红 卜阳", models.Village},
			{"柑子村", "甘长富 甘秀芝 甘霖 宁可", models.Village},
			{"望江村", "伍文才 伍凤英 向前 甄珍", models.Village},
		}},
		{"九龙乡", "巴特尔", "秦岭", []string{
			"樊晓玲", "齐家和", "强卫东", "凤玲", "鲍国安", "翟欢", "焦阳", "席慧",
		}, []village{
			{"九龙村", "龙在田 龙腊梅 龙飞 冉小军", models.Village},
			{"石门村", "门长贵 房秀莲 裴勇", models.Village},
			{"野鸭塘村", "唐长寿 唐水仙 滕飞 谷雨", models.Village},
			{"南坡村", "南国梁 邢桂英 曲波 柴米香", models.Village},
			{"北坡村", "北辰 苟富贵 詹红 桂花", models.Village},
			{"老街村", "老长庆 艾香 殷实 和平", models.Village},
		}},
	}
}

// places lists the units below the county, parents before children.
func places() []place {
	out := []place{
		{office, County, models.Department},
		{"县委党校", County, models.Department},
		{bureauWas, County, models.Department},
		{"县信访局", County, models.Department},
		{provider, County, models.SocialOrg},
	}
	for _, t := range townships() {
		out = append(out, place{t.name, County, models.Township}, place{t.center(), t.name, models.Department})
		for _, v := range t.villages {
			out = append(out, place{v.name, t.name, v.kind})
		}
	}
	return out
}

// cadre is an assessed person with a post.
type cadre struct {
	staffNo, name, unit, manager, town string
	title, class                       string
	category                           models.Category
	since                              models.Date
	mobile                             string
	center                             string // the township's service centre, where its matters are taken in
}

// cadres lists the assessed people by staff number: QH1101 is the first leader of the first township, QH1102
// its first window.
func cadres() []cadre {
	windowTitles := []string{
		"综合窗口工作人员", "社会保障窗口工作人员", "民政事务窗口工作人员", "卫健医保窗口工作人员", "农业农村窗口工作人员",
		"退役军人事务窗口工作人员", "帮办代办员", "企业和个体经营窗口工作人员",
	}
	villageTitles := []string{"党组织书记、主任", "副主任兼民生服务员", "委员兼人民调解员", "委员兼网格长"}
	var out []cadre
	for i, t := range townships() {
		n := 0
		add := func(name, unit, manager, title, class string, cat models.Category) {
			n++
			out = append(out, cadre{
				staffNo: fmt.Sprintf("QH1%d%02d", i+1, n), name: name, unit: unit, manager: manager, town: t.name,
				title: title, class: class,
				category: cat, since: models.NewDate(2019+(7*n+i)%6, 1, 5+(11*n)%320), center: t.center(),
				mobile: fmt.Sprintf("1990000%d%02d0", i+1, n),
			})
		}
		deputy := "副镇长"
		if strings.HasSuffix(t.name, "乡") {
			deputy = "副乡长"
		}
		add(t.leader, t.name, office, deputy+"（分管民生服务）", Leaders, models.LeadingCadre)
		for j, name := range t.windows {
			cat := models.CivilServant
			if j%2 == 1 {
				cat = models.Institution
			}
			add(name, t.center(), t.name, windowTitles[j], Windows, cat)
		}
		for _, v := range t.villages {
			for j, name := range strings.Fields(v.people) {
				title := villageTitles[j]
				if v.kind == models.Community {
					title = strings.Replace(title, "主任", "居委会主任", 1)
				}
				add(name, v.name, t.name, title, Villages, models.VillageCadre)
			}
		}
		add(t.second, t.name, office, deputy+"（分管平安建设）", Leaders, models.LeadingCadre)
	}
	return out
}

// holder is somebody without a post who holds one role at a unit.
type holder struct {
	staffNo, name, unit string
	role                models.Role
}

// Staff numbers of people whom the story of the demonstration names.
const (
	officerNo   = "QH0101"
	reviewerNo  = "QH0102"
	releaserNo  = "QH0103"
	organiserNo = "QH0107" // 组织委员 of the first township
	trainerNo   = "QH0106"
	superNo     = "QH0108"
	callerNo    = "QH0109"
	socialNo    = "QH0110"
	secondNo    = "QH0112" // a second supervisor: some decisions take two
	leaderNo    = "QH0104"
	inspectorNo = "QH0105"
	visitorNo   = "QH1102" // the cadre whose home page has something of everything
	clerkNo     = "QH0201"
	keyerNo     = "QH0207" // a second clerk: whoever prints slips does not key them
)

// holders lists the people who hold a role and no post. The three administrators are made by the first set-up.
func holders() []holder {
	out := []holder{
		{officerNo, "林清", County, models.RoleOfficer},
		{reviewerNo, "郭志诚", County, models.RoleReviewer},
		{releaserNo, "秦正", County, models.RoleReleaser},
		{leaderNo, "严卫国", County, models.RoleLeader},
		{inspectorNo, "贺岩", County, models.RoleInspector},
		{trainerNo, "苏文", County, models.RoleTrainer},
		{organiserNo, "顾晓峰", "柳溪镇", models.RoleOfficer},
		{superNo, "孟凡", County, models.RoleSupervisor},
		{callerNo, "乔安", County, models.RoleInterviewer},
		{socialNo, "安然", provider, models.RoleSocial},
		{"QH0111", "卢静", "柳溪镇", models.RoleDesk},
		{secondNo, "宋维", County, models.RoleSupervisor}, // decides what the first proposes
	}
	for i, t := range townships() {
		name := []string{"叶敏", "姚倩", "谭丽丽", "水清", "司马蕙", "戚月"}[i]
		out = append(out, holder{fmt.Sprintf("QH020%d", i+1), name, t.name, models.RoleIntake})
	}
	return append(out, holder{keyerNo, "窦晓燕", "柳溪镇", models.RoleIntake})
}

// administrators are the three of the first set-up: system, security, audit.
func administrators() [3]holder {
	return [3]holder{
		{"QH9001", "程宇", County, models.RoleSystem},
		{"QH9002", "薛宁", County, models.RoleSecurity},
		{"QH9003", "范明", County, models.RoleAudit},
	}
}
