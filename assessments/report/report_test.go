package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// paperwork is one document of the table: how it is drawn, and what stands in it and what must not.
type paperwork struct {
	name  string
	draw  func(*Press) ([]byte, error)
	has   []string
	lacks []string
}

func replacedPerson() assessments.PersonDossier {
	d := richPerson()
	d.Edition, d.Replaces = 2, "更正2件录入日期"
	return d
}

func table() []paperwork {
	zh, draft, en := stampOf("zh-CN", models.FinalStage), stampOf("zh-CN", models.DraftStage), stampOf("en", models.FinalStage)
	second, large, largeDraft, largeEN := zh, zh, draft, en
	second.Edition = 0
	large.Large, largeDraft.Large, largeEN.Large = true, true, true
	person := func(d assessments.PersonDossier, s Stamp) func(*Press) ([]byte, error) {
		return func(pr *Press) ([]byte, error) { return pr.Competency(d, s) }
	}
	own := func(d assessments.PersonDossier, s Stamp) func(*Press) ([]byte, error) {
		return func(pr *Press) ([]byte, error) { return pr.ServiceOfPerson(d, s) }
	}
	unit := func(d assessments.UnitDossier, s Stamp) func(*Press) ([]byte, error) {
		return func(pr *Press) ([]byte, error) { return pr.Service(d, s) }
	}
	return []paperwork{
		{"rich", person(richPerson(), zh), richWords(), []string{"征求意见稿", "个主题", "小于0.01"}},
		{"mix", person(richPerson(), zh), []string{
			"比例（已向同类岗位收缩）估计为85.0%（95%可信区间80.9%—88.4%）；未调整的数字为79.7%（184/231）。差别主要来自本人承办的住房物业类事项较多。",
			"图2应解决231件的事项构成", "31%/11%", "由42人最大似然得个人之间标准差σ=0.36", "收缩后的值已按事项构成调整", "比较范围同类岗位42人",
		}, []string{"生态环境", "不具可比性"}},
		{"mix-apart", person(apartPerson(), zh), []string{
			"问题解决：本人承办的事项少有他人办理，不具可比性，不作比较。", "本人承办的事项中37.7%少有他人办理，不具可比性，不作调整和比较。",
		}, []string{"差别主要来自"}},
		{"draft", person(richPerson(), draft), []string{"征求意见稿"}, nil},
		{"empty", person(emptyPerson(), draft), emptyWords(), []string{"95%可信区间7", "图2"}},
		{"few", person(fewPerson(), zh), fewWords(), []string{"80.0%（", "85.7%", "回收率25", "同类岗位6人的中间80%"}},
		{"replaced", person(replacedPerson(), second), []string{
			"第2版2026年8月3日", "本版替代第1版：更正2件录入日期，更正前后数值见第八部分。第1版保留并标注“已被替代”。", "八、异议及处理情况",
		}, nil},
		{"long", person(longPerson(), draft), []string{"阿依古丽·买买提𬭁阿依古丽", "表1来源、有效件数、信度与贡献"}, nil},
		{"person-en", person(richPerson(), en), []string{
			"Policyandlaw:clearlyabovecomparableposts:asignaltocheck,notaconclusion.", "Validratings:84;65ofthemansweredthe219invitations(responserate29.7%,invitedratingsonly).", "95%credibleinterval73.7–88.0%",
			"Ifall135whoseinvitationranout", "Noranks.Rankabilityρ", "11Receiptandverification", "Nototal,norank,nograde.", "disputed",
			"Within10workingdaysofreceipt", "clearlyabove", "王𬭁WangMu(QH0031)",
		}, []string{"未见", "年"}},
		{"unit", unit(richUnit(), zh), unitWords(), []string{"单位少于10个", "王𬭁低于"}},
		{"unit-small", unit(smallUnit(), zh), []string{"单位少于10个，未估计过度离散", "与有10件以上数据的同类单位（含本单位共7个）相比，未见明显差异", "无异议。"}, []string{"表3信号核查记录", "φ=", "附页", "控制限已计入过度离散"}},
		{"unit-empty", unit(emptyUnit(), zh), []string{
			"本单位本期没有承办诉求（下级单位的办件列在各自的报告中）。", "没有评价不等于不满意，也不等于满意。", "有10件以上数据的不足3个，不作比较。",
			"期末没有在岗人员", "本期没有剔除的评价和诉求。", "本期没有有效评价，也没有差评。",
		}, []string{"表1", "图1", "0/0", "漏斗图", "回收率", "未评价者的影响"}},
		{"unit-long", unit(longUnit(), draft), []string{"附页阿依古丽·买买提𬭁", "阿依古丽李服务情况"}, nil},
		{"unit-en", unit(richUnit(), en), []string{
			"liesbelowthe99.8%limit", "Table3Recordofthecheck", "12Receiptandverification", "Annextable1Ownfigures", "nolevels",
		}, []string{"未见", "年"}},
		{"large", person(richPerson(), large), []string{
			"内部大字版", "王𬭁（工号QH0031）", "政策法规明显高于同类岗位，属于需要核查的信号，不是结论。", "有异议", "明显低于", "86.2", "件数58题权重100%信度0.81实得88.4收缩后86.2",
			"90%（75—97）", "不足10件：5级5，4级2（件）", "另有不足5件的评价，满5件后成批计入。", "十一、签收与核验", "已阅，不表示同意", "4f0c2ab97d5be", "不列名次",
		}, []string{"征求意见稿", "…"}},
		{"large-draft", person(longPerson(), largeDraft), []string{"大字版", "征求意见稿"}, nil},
		{"large-empty", person(emptyPerson(), largeDraft), []string{"没有评价不等于不满意，也不等于满意。"}, []string{"95%可信区间7"}},
		{"large-few", person(fewPerson(), large), []string{"不足10件", "仅列件数"}, []string{"80.0%（", "85.7%"}},
		{"large-unit", unit(richUnit(), large), []string{
			"服务质量报告", "低于99.8%控制限下限", "1,129/1,223", "民生保障办结（件）341", "按时办结率（95%区间）95.6%（93—97）", "合计办结（件）1,223", "附页王𬭁服务情况", "未开始",
		}, []string{"…"}},
		{"large-own", own(richPerson(), large), []string{"大字版", "服务质量报告（个人附页）", "有异议"}, nil},
		{"large-en", person(richPerson(), largeEN), []string{"Largeprint", "Nototal,norank,nograde.", "disputed"}, []string{"未见", "年"}},
		{"own", own(richPerson(), zh), []string{
			"服务质量报告（个人附页）", "有异议", "比较范围：同类岗位42人。每月办结件数图的灰带", "回收率=应邀评价/邀请", "收缩（贝塔—二项）：群众评价（4—5级）由42人",
			"六、权利告知", "七、签收与核验", "数据摘要（SHA-256）ee27d47301ae54682d6d0bd22e18db508dacffecac456855057592c63f03269f",
		}, []string{"组均值", "数据来源与有效件数", "名次可信度", "α=40.00"}},
		{"own-few", own(fewPerson(), zh), []string{"不足10件", "仅列件数", "不计算"}, []string{"80.0%", "85.7%", "66.7%"}},
	}
}

func richWords() []string {
	return []string{
		"干部能力素质报告", "000173", "内部", "第1版2026年8月3日", "报告编号SZ-2026H1-C-0173-01", "中共青禾县委组织部", "王𬭁", "综合窗口岗（2023年4月起）",
		"政策法规明显高于同类岗位，属于需要核查的信号，不是结论。", "依法规范办事明显低于同类岗位，属于需要核查的信号，不是结论。",
		"群众工作与沟通、问题解决与同类岗位42人相比，未见明显差异。这不表示完全相同，只表示现有数据不足以区分。",
		"学习与改进信度0.46，低于0.70，仅供本人改进，不作比较。", "协同与应急可用数据权重为0%，不足60%，不作估计。",
		"本报告不设总分，不列名次，不产生考核等次。群众评价、测验和测评都只是考核依据；未使用学习时长、登录次数、积分、点赞等数据。",
		"图16项能力的估计值与区间", "表1来源、有效件数、信度与贡献", "58题100%0.8188.486.2+9.4", "−10.3", "缺",
		"本期邀请评价219件，收到有效评价84件，其中应邀评价65件，回收率29.7%（只计应邀评价）。4—5级69件，占82.1%；向同类岗位收缩后估计为81.2%，95%可信区间73.7%—88.0%。" +
			"即在同样工作水平下，仅因评价件数有限，数字也可能落在这一范围内任何位置。邀请到期未评价的135件若全部不满意，满意率为31.5%；若全部满意，为93.2%。",
		"另有不足5件的评价，满5件后成批计入。", "差评5", "90%（75—97）", "不足10件：5级5，4级2（件）", "不计算",
		"附文字的有效评价6件，已隐去人名、时间和渠道，顺序随机。", "很好〓。", "**请统一口径**", "态度很好就是系统慢。",
		"期初结转12件，本期新收308件，共320件：办结231件，期末在办89件。另有6件不计入考核。", "按时办结211件，占91.3%（95%置信区间87.0%—94.3%）",
		"灰带为同类岗位42人的中间80%，短线为中位数", "学习建议（关联而非因果，经审批后指派）", "18/2090.0%（70—97）", "5/8不足10题尚未通过",
		"对“依法规范办事”提出异议1件（YY-0001，2026年7月16日）。由未参与评定的人员核查，予以更正，原值并列保留（2026年7月30日答复）：更正前90.5，更正后91.3。",
		"对“问题解决”提出异议1件（YY-0002，2026年7月24日）。答复期限2026年8月7日，答复前该项标注“有异议”。",
		"α=22.95、β=6.32", "采用固定的弱先验α=8.00、β=2.00", "组内差异未超出偶然", "后验概率大于0.998", "政策法规0.04人", "不列名次。本组名次可信度ρ：群众工作与沟通0.68",
		"您可在收到之日起10个工作日内查看全部原始记录（已隐去评价人信息），提出更正或异议；受理部门在15个工作日内书面答复",
		"本报告供考核工作参考，不自动产生考核等次（档次）。", "已阅，不表示同意", "4f0c2ab97d5be", "1836640e2a9c1", "十一、签收与核验",
	}
}

func emptyWords() []string {
	return []string{
		"可用数据权重为0%，不足60%，不作估计。", "没有评价不等于不满意，也不等于满意。", "本期不作对照。", "本期没有承办诉求。", "本期没有完成的测验。本期没有学习建议。", "无异议。",
	}
}

func fewWords() []string {
	return []string{
		"有效评价5件，不足10件，不计算比率、不参与比较，仅列件数与意见，供本人改进。", "群众工作与沟通：本组各人之间未见超出偶然的差异，不作比较。",
		"政策法规有效件数不足10件，不作估计，不参与比较，仅列件数。", "已解决且未重新办理7件，低于最低10件，不作估计。",
		"计入期间为2026年4月16日—6月30日（按本岗位任职时间）。", "按时办结6件，不足10件，不计算比率", "不列名次。", "工作日按周一至周五计",
		"不列同类范围", "不足10件：5级3，4级1，3级1（件）",
	}
}

func unitWords() []string {
	return []string{
		"服务质量报告", "本版替代第1版", "低于99.8%控制限下限", "该点属于需要核查的信号，不是结论", "核查顺序为数据、情况、工作，前一步未完成不进入下一步。",
		"1,129/1,22392.3%90.7—93.7%", "合计1,2231,12992.3%（91—94）978/1,18082.9%（81—85）", "食品安全8——8不足10件6/7不足10件",
		"时限内57件", "已超期32件", "不足5件，不列级别", "另有1个单位不足10件，未绘出", "偶然预期1.5个、0.06个", "表3信号核查记录", "未开始",
		"本期有效评价中差评32件：不满意22件，非常不满意10件。差评核实、整改和回访逐件在系统中办理",
		"本期群众反映“有人要求我打好评”3件，来源不向单位公开。", "疑点只提示核查，不自动剔除，不改变任何数值。", "本单位人员提出异议2件，其中未答复1件。",
		"灰带为同类单位31个的中间80%", "十二、签收与核验", "附页王𬭁服务情况", "附表1本人指标", "阿依古丽·买买提", "不列名次，不合成总分。",
	}
}

func TestReportsSayWhatTheDossierSays(t *testing.T) {
	t.Parallel()
	pr := press(t)
	for _, w := range table() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			body, err := w.draw(pr)
			if err != nil {
				t.Fatalf("draw: %v", err)
			}
			text := extract(t, w.name, body)
			for _, want := range w.has {
				if !strings.Contains(text, bare(want)) {
					t.Errorf("%q is missing", want)
				}
			}
			for _, no := range append(w.lacks, "排行", "学时", "证据", "冻结", "NaN", "%!") {
				if strings.Contains(text, bare(no)) {
					t.Errorf("%q must not stand in the report", no)
				}
			}
			if key := keyLeft.FindString(text); key != "" {
				t.Errorf("a key without a text: %q", key)
			}
			rest := allowed.Replace(text)
			for _, no := range []string{"名次", "总分", "优秀", "积分", "第一名"} {
				if strings.Contains(rest, no) {
					t.Errorf("%q stands outside the sentence that says there is none", no)
				}
			}
		})
	}
}

// allowed takes out the sentences that may hold words which may stand nowhere else.
var allowed = strings.NewReplacer("不设总分", "", "不合成总分", "", "不列名次", "", "名次可信度", "", "名次主要反映偶然因素", "",
	"登录次数、积分、点赞", "")

// keyLeft is a message key that came out as it is.
var keyLeft = regexp.MustCompile(`report\.[a-z_]+\.?[a-z_]*`)

// bare leaves the visible letters only: extraction puts spaces and line breaks where type is set apart.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == 0xAD {
			return -1
		}
		return r
	}, s)
}

// extract checks the file with qpdf and returns its text by pdftotext, without spaces and page numbers.
func extract(t *testing.T, name string, body []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".pdf")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "qpdf", "--check", file).CombinedOutput(); err != nil {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-nopgbrk", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return bare(string(out))
}

// large are two documents of the table in large print.
func large() []paperwork {
	return slices.DeleteFunc(table(), func(w paperwork) bool { return w.name != "large" && w.name != "large-unit" })
}

func TestSameDossierGivesTheSameBytesOnManyGoroutines(t *testing.T) {
	t.Parallel()
	pr := press(t)
	for _, w := range append(table()[:8:8], large()...) {
		first, err := w.draw(pr)
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				again, err := w.draw(press(t))
				if err != nil || !bytes.Equal(first, again) {
					t.Errorf("%s: other bytes (error %v)", w.name, err)
				}
				if again, err = w.draw(pr); err != nil || !bytes.Equal(first, again) {
					t.Errorf("%s: other bytes with the shared press (error %v)", w.name, err)
				}
			})
		}
		wg.Wait()
	}
}

func TestANameThatNoFontDrawsIsNamed(t *testing.T) {
	t.Parallel()
	pr := press(t)
	for _, bad := range []string{"王\U0002A6A5", "李\n明", "阿\u0007", "a\xff"} {
		person, unit := richPerson(), richUnit()
		person.Person.Name, unit.Persons[1].Person.Name = bad, bad
		draws := map[string]func() ([]byte, error){
			"competency": func() ([]byte, error) { return pr.Competency(person, stampOf("zh-CN", models.FinalStage)) },
			"own":        func() ([]byte, error) { return pr.ServiceOfPerson(person, stampOf("en", models.FinalStage)) },
			"unit":       func() ([]byte, error) { return pr.Service(unit, stampOf("zh-CN", models.FinalStage)) },
		}
		for kind, draw := range draws {
			_, err := draw()
			f := fault.Of(err)
			if f.Kind != fault.Invalid || f.Key != "report.undrawable" || f.Args["name"] != bad || f.Args["rune"] == "" {
				t.Errorf("%s of %q: got %v, want report.undrawable with the name", kind, bad, err)
			}
		}
	}
}

func TestADossierThatDoesNotAddUpIsRefused(t *testing.T) {
	t.Parallel()
	pr := press(t)
	for name, change := range map[string]func(*assessments.PersonDossier){
		"ratings":  func(d *assessments.PersonDossier) { d.Ratings.N++ },
		"good":     func(d *assessments.PersonDossier) { d.Ratings.Good-- },
		"comments": func(d *assessments.PersonDossier) { d.Ratings.Comments = d.Ratings.Comments[:3] },
		"families": func(d *assessments.PersonDossier) { d.Cases.Families[0].Solved++ },
		"outcomes": func(d *assessments.PersonDossier) { d.Cases.Outcomes[models.PassedOn]++ },
		"flow":     func(d *assessments.PersonDossier) { d.Cases.Received++ },
		"ages":     func(d *assessments.PersonDossier) { d.Cases.Ages[0].Overdue++ },
	} {
		d := richPerson()
		change(&d)
		if _, err := pr.Competency(d, stampOf("zh-CN", models.FinalStage)); fault.Of(err).Key != "report.unsound" {
			t.Errorf("%s: got %v, want report.unsound", name, err)
		}
	}
}

func TestNothingAboveWorkSecretIsPrinted(t *testing.T) {
	t.Parallel()
	pr := press(t)
	for _, c := range []struct {
		word string
		ok   bool
	}{{"", true}, {"内部", true}, {"工作秘密", true}, {"秘密", false}, {"机密★1年", false}, {"绝密", false}} {
		s := stampOf("zh-CN", models.FinalStage)
		s.Secrecy = c.word
		_, err := pr.Competency(emptyPerson(), s)
		if ok := err == nil; ok != c.ok || !ok && fault.Of(err).Key != "report.secrecy" {
			t.Errorf("%q: got %v", c.word, err)
		}
	}
}

func TestAnnexSheetsStandByStaffNumber(t *testing.T) {
	t.Parallel()
	d := richUnit()
	d.Persons[0], d.Persons[2] = d.Persons[2], d.Persons[0]
	body, err := press(t).Service(d, stampOf("zh-CN", models.FinalStage))
	if err != nil {
		t.Fatal(err)
	}
	text, last := extract(t, "annex", body), -1
	for _, name := range []string{"附页李𬒔", "附页王𬭁", "附页阿依古丽·买买提"} {
		at := strings.Index(text, name)
		if at <= last {
			t.Errorf("%s stands at %d, after %d wanted", name, at, last)
		}
		last = at
	}
}

func TestEnglishHasNoChineseButNames(t *testing.T) {
	t.Parallel()
	d := richPerson()
	d.Person.Name, d.Person.Post, d.Person.Unit, d.Period.Operator = "Wang", "Clerk", "Liuwan", "Qinghe"
	d.Ratings.Comments, d.Ratings.CommentsN, d.Objections[0].Answer = nil, 0, ""
	s := stampOf("en", models.DraftStage)
	s.DocNo = ""
	pr := press(t)
	for name, draw := range map[string]func(assessments.PersonDossier, Stamp) ([]byte, error){
		"competency": pr.Competency, "own": pr.ServiceOfPerson,
	} {
		body, err := draw(d, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range extract(t, name, body) {
			if unicode.Is(unicode.Han, r) {
				t.Errorf("%s: %q in an English report", name, r)
			}
		}
	}
}

func TestFiguresRoundHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{0.25, 1, "0.3"},
		{-0.25, 1, "−0.3"},
		{-0.04, 1, "0.0"},
		{85.65, 1, "85.7"},
		{1223, 0, "1,223"},
		{-1234567.5, 1, "−1,234,567.5"},
		{0.000385, 5, "0.00039"},
		{999.95, 1, "1,000.0"},
		{0, 2, "0.00"},
	} {
		if got := fixed(c.v, c.decimals); got != c.want {
			t.Errorf("fixed(%v, %d): got %s, want %s", c.v, c.decimals, got, c.want)
		}
	}
}

func TestLongNumbersBreakInTwo(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"SZ-2026H1-C-0173-01": "SZ-2026H1-C-0173-01", "SZ-2026H1-C-0173-01-D": "SZ-2026H1-|C-0173-01-D",
		"4f0c2ab97d5be1836640e2a9c1xx": "4f0c2ab97d5be1|836640e2a9c1xx",
	} {
		if got := strings.Join(halves(s, 19), "|"); got != want {
			t.Errorf("%s: got %s, want %s", s, got, want)
		}
	}
}

func BenchmarkCompetency(b *testing.B) {
	pr, d, s := press(b), richPerson(), stampOf("zh-CN", models.FinalStage)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pr.Competency(d, s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReportsASecond compiles whole reports on one core and on all of them in turn: layout, figures, file.
func BenchmarkReportsASecond(b *testing.B) {
	pr, s := press(b), stampOf("zh-CN", models.FinalStage)
	cores := runtime.GOMAXPROCS(0)
	const each = 40
	compile := func(workers int) time.Duration {
		runtime.GOMAXPROCS(workers)
		defer runtime.GOMAXPROCS(cores)
		var wg sync.WaitGroup
		start := time.Now()
		for worker := range workers {
			wg.Go(func() {
				for i := range each {
					d := richPerson()
					d.Person.StaffNo = fmt.Sprint(worker, i)
					if _, err := pr.Competency(d, s); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		return time.Since(start)
	}
	var one, all time.Duration
	rounds := 0
	for b.Loop() {
		one += compile(1)
		all += compile(cores)
		rounds++
	}
	n := float64(rounds * each)
	b.ReportMetric(n/one.Seconds(), "one/s")
	b.ReportMetric(n*float64(cores)/all.Seconds(), "all/s")
}
