//! What a reader of a page counts in it.

/// The elements and attributes of the pictures. Which words a picture shows depends on the room for them, and so does
/// how many elements it has; of other sorts there are none.
const OF_PICTURES: &str = "
    svg svg.aria-label svg.class svg.height svg.role svg.viewBox svg.width svg.xmlns /svg
    circle circle.cx circle.cy circle.fill circle.opacity circle.r circle.stroke circle.stroke-width
    g /g title /title
    line line.opacity line.stroke line.stroke-width line.x1 line.x2 line.y1 line.y2
    polyline polyline.fill polyline.opacity polyline.points polyline.stroke polyline.stroke-width
    rect rect.fill rect.height rect.opacity rect.stroke rect.width rect.x rect.y /rect
    text text.dy text.fill text.font-family text.font-size text.opacity text.text-anchor text.transform text.x text.y
    /text";

/// Counts of a page: lines, elements that run or load something, elements, quotes around attributes, and what is in
/// a picture and not of a picture's sort.
pub(super) fn shape(text: &str) -> [usize; 5] {
    let (page, pictures) = apart(text);
    let loads = ["<script", "</script", "<img", "<b>", "<iframe", "<style"];
    let loads: usize = loads.iter().map(|tag| text.matches(tag).count()).sum();
    let strange = pictures.iter().flat_map(|picture| sorts(picture));
    let strange = strange.filter(|sort| OF_PICTURES.split_whitespace().all(|known| known != sort));
    [
        page.matches('\n').count(),
        loads,
        elements(&page),
        quotes(&page),
        strange.count(),
    ]
}

/// A page without its pictures, and the pictures.
fn apart(text: &str) -> (String, Vec<&str>) {
    const END: &str = "</svg>";
    let (mut page, mut pictures, mut rest) = (String::new(), Vec::new(), text);
    while let Some(start) = rest.find("<svg") {
        let end = rest[start..]
            .find(END)
            .map_or(rest.len(), |at| start + at + END.len());
        page.push_str(&rest[..start]);
        pictures.push(&rest[start..end]);
        rest = &rest[end..];
    }
    page.push_str(rest);
    (page, pictures)
}

/// The elements, less code, which is what stands between back ticks of a name as well.
fn elements(page: &str) -> usize {
    let code = page.matches("<code").count() + page.matches("</code").count();
    page.matches('<').count() - code
}

/// The quotes: each attribute has two. Those of JSON are its own.
fn quotes(page: &str) -> usize {
    let parts = page.split('<').filter(|part| !part.starts_with("script"));
    parts.map(|part| part.matches('"').count()).sum()
}

/// Each element, and each attribute with its element in front: `text`, `text.x`.
fn sorts(picture: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in picture.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or_default();
        let name = tag.split_whitespace().next().unwrap_or_default();
        let name = name.trim_end_matches('/');
        found.push(name.to_owned());
        // Every second part between quotes is a value.
        let names = tag[name.len()..].split('"').step_by(2);
        let names = names.map(|attribute| attribute.trim_matches([' ', '=', '/', '\n']));
        found.extend(
            names
                .filter(|attribute| !attribute.is_empty())
                .map(|attribute| format!("{name}.{attribute}")),
        );
    }
    found
}
