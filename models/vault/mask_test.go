package vault

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMaskName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"欧阳晓": "欧阳＊", "欧阳晓明": "欧阳＊＊", "欧阳": "欧＊", "王明": "王＊", "王小明": "王＊＊", "王𬭁": "王＊", "𬒔一鸣": "𬒔＊＊",
		"司马懿": "司马＊", "阿依古丽·买买提": "阿依古丽·＊＊", "阿依古丽•买买提": "阿依古丽·＊＊", "·王": "·＊", "王": "＊", "": "", " 赵大 ": "赵＊",
		"爱新觉罗溥仪": "爱＊＊", "John Smith": "J＊＊", "第五伦": "第五＊", "张欧阳": "张＊＊",
	} {
		if got := MaskName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestMaskPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812340926": "138****0926", "138 1234 0926": "138****0926", "+86 13812340926": "138****0926", "8613812340926": "138****0926",
		"１３８１２３４０９２６": "138****0926", "0571-88001234": "********1234", "88001234": "******34", "12345": "*****", "": "", " ": "",
		"不详": "****",
	} {
		if got := MaskPhone(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzMasksHideTheRest(f *testing.F) {
	f.Add("欧阳晓")
	f.Add("13812340926")
	f.Add("a·b")
	f.Fuzz(func(t *testing.T, s string) {
		name, phone := MaskName(s), MaskPhone(s)
		if strings.TrimSpace(s) == "" {
			if name != "" || phone != "" {
				t.Errorf("nothing becomes %q, %q", name, phone)
			}
			return
		}
		if utf8.ValidString(s) && !strings.Contains(name, star) {
			t.Errorf("%q is shown as %q", s, name)
		}
		if strings.Count(phone, "*") < 4 && len(phone) > 3 || phone == s && !strings.Contains(s, "*") {
			t.Errorf("%q is shown as %q", s, phone)
		}
	})
}
