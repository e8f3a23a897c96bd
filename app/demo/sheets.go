package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"shanzhi/models"
)

// caseSheet writes the cases as the sheet that the import of cases reads.
func caseSheet(all []*matterCase) ([]byte, error) {
	rows := [][]string{{
		"办件编号", "事项编码", "单位", "承办人工号", "受理渠道", "诉求类型", "标题", "诉求内容", "诉求人姓名", "联系电话", "受理日期",
		"办理时限", "办结日期", "办理结果", "答复内容", "重新办理次数",
	}}
	for _, c := range all {
		rows = append(rows, []string{
			c.no, c.duty.code, c.handler.unit, c.handler.staffNo, string(c.channel), string(c.kind), c.title,
			c.title + "。请帮助办理，并告诉结果。", c.resident, c.phone, string(c.received), string(c.due), string(c.closed),
			string(c.outcome), c.answer, strconv.Itoa(c.reopened),
		})
	}
	return sheetOf(rows)
}

// voiceSheet writes the ratings as the sheet that the import of ratings reads.
func voiceSheet(all []*voice) ([]byte, error) {
	rows := [][]string{{
		"评价编号", "办件编号", "被评价人工号", "单位", "满意度", "是否解决", "原因", "意见", "评价渠道", "评价方式", "评价日期",
		"事项大类",
	}}
	for _, v := range all {
		no, staff := "", ""
		if v.of != nil {
			no, staff = v.of.no, v.of.handler.staffNo
		}
		rows = append(rows, []string{
			v.no, no, staff, v.unit, strconv.Itoa(v.level), string(v.solved), strings.Join(v.reasons, "、"), v.comment,
			string(v.channel), string(v.mode), string(v.on), string(v.family),
		})
	}
	return sheetOf(rows)
}

func sheetOf(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	return b.Bytes(), nil
}

// until splits ratings, sorted by day, into those up to a day and those after it.
func until(all []*voice, day models.Date) (before, after []*voice) {
	for _, v := range all {
		if v.on <= day {
			before = append(before, v)
		} else {
			after = append(after, v)
		}
	}
	return before, after
}
