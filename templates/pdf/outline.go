package pdf

import "fmt"

// outline writes the bookmarks, two levels deep, and returns the entries of the catalog.
//
// The root counts every bookmark shown; children stand open under their section.
func (f *file) outline(marks []bookmark) string {
	if len(marks) == 0 {
		return ""
	}
	marks = append([]bookmark(nil), marks...)
	marks[0].level = 0
	o := outline{file: f, marks: marks, root: f.reserve(1 + len(marks))}
	f.packed(o.root, []byte("<</Type /Outlines"+o.write(-1, 0)+">>"))
	return fmt.Sprintf(" /Outlines %d 0 R /PageMode /UseOutlines", o.root)
}

type outline struct {
	file  *file
	marks []bookmark
	root  int
}

// ref names the object of a bookmark; −1 is the root.
func (o *outline) ref(i int) string { return fmt.Sprintf("%d 0 R", o.root+1+i) }

// children lists the bookmarks of a level below parent.
func (o *outline) children(parent, level int) []int {
	var list []int
	for i := parent + 1; i < len(o.marks) && o.marks[i].level >= level; i++ {
		if o.marks[i].level == level {
			list = append(list, i)
		}
	}
	return list
}

// write puts the children of parent into the file and returns the entries that parent needs.
func (o *outline) write(parent, level int) string {
	list := o.children(parent, level)
	if len(list) == 0 {
		return ""
	}
	count := len(list)
	for k, i := range list {
		entries := ""
		if k > 0 {
			entries += " /Prev " + o.ref(list[k-1])
		}
		if k+1 < len(list) {
			entries += " /Next " + o.ref(list[k+1])
		}
		if level == 0 {
			entries += o.write(i, 1)
			count += len(o.children(i, 1))
		}
		m := o.marks[i]
		o.file.packed(o.root+1+i, fmt.Appendf(nil, "<</Title %s /Parent %s%s /Dest [%d 0 R /XYZ 0 %.2f null]>>",
			textString(m.title), o.ref(parent), entries, pageObject(m.page-1), m.y))
	}
	return fmt.Sprintf(" /First %s /Last %s /Count %d", o.ref(list[0]), o.ref(list[len(list)-1]), count)
}
